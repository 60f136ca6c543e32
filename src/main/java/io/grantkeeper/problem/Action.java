package io.grantkeeper.problem;

import java.util.Locale;

/** Who must act before the same call can succeed. Sent to callers in lower case. */
public enum Action {
    /** The caller: this request will never succeed as it is. */
    FIX_REQUEST,
    /** The user, at the provider's consent screen. */
    REAUTHORIZE,
    /** Nobody: the same request may succeed later. */
    WAIT,
    /** Whoever runs this service. */
    CONTACT_OPERATOR;

    /** The form that stands in an error body. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
