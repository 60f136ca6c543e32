package io.grantkeeper.caller;

import java.time.Instant;
import java.util.List;

/** A caller with the keys that it may sign with. */
record Keyholder(Caller caller, List<KeyInForce> keys) {

    /** A key and the time from which on it is refused. */
    record KeyInForce(SigningKey key, Instant until) {

        static KeyInForce forGood(SigningKey key) {
            return new KeyInForce(key, Instant.MAX);
        }
    }

    boolean verifies(byte[] message, byte[] signature, Instant now) {
        for (KeyInForce held : keys) {
            if (now.isBefore(held.until()) && held.key().verifies(message, signature)) {
                return true;
            }
        }
        return false;
    }
}
