package io.grantkeeper.token;

import io.grantkeeper.connection.Held;
import io.grantkeeper.secret.Secret;
import java.util.Locale;

/**
 * An access token that may be answered, with its connection as of now.
 *
 * @param fingerprint by which the audit trail knows it
 */
record GoodToken(Held held, Secret accessToken, String fingerprint, Source source) {

    /** Where it was found. */
    enum Source {
        MEMORY,
        ROW,
        REFRESH;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
