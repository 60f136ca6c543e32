package io.grantkeeper.provider;

import java.util.Locale;

/** The ways in which a provider gives a first token (RFC 6749 §4). */
public enum Grant {
    /** A user consents at the provider. */
    AUTHORIZATION_CODE,
    /** Our client acts for itself; no user, no refresh token. */
    CLIENT_CREDENTIALS;

    /** The value of {@code grant_type}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
