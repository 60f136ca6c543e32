package io.grantkeeper.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client as it is stored.
 *
 * @param account whose it is; {@link #OPERATORS} where it is or was the operator's
 * @param sealedSecret null for a public client
 */
record StoredClient(String account, String provider, String id, byte @Nullable [] sealedSecret, Instant createdAt) {

    /** What stands in place of an account: no account's id is empty. */
    static final String OPERATORS = "";

    boolean isOperators() {
        return account.equals(OPERATORS);
    }
}
