package io.grantkeeper.caller;

/**
 * What signatures of one key are checked with.
 *
 * <p>The algorithm belongs to the key: a message cannot choose it.
 */
sealed interface SigningKey permits HmacKey, Ed25519Key {

    boolean verifies(byte[] message, byte[] signature);
}
