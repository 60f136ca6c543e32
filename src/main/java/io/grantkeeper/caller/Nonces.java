package io.grantkeeper.caller;

import io.smallrye.mutiny.Uni;
import java.time.Instant;

/** The nonces that any replica saw. */
interface Nonces {

    /** Remembers a nonce; false when one did already. */
    Uni<Boolean> remember(String keyId, String nonce, Instant expiresAt);
}
