package io.grantkeeper.secret;

/** The key ring cannot be used; the message tells an operator why, without key material. */
public final class KeyRingException extends RuntimeException {

    public KeyRingException(String message) {
        super(message);
    }
}
