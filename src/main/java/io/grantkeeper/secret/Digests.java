package io.grantkeeper.secret;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is stored in place of a value that only has to be recognised again. */
public final class Digests {

    private Digests() {}

    public static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The digest of a one-time value: a state, a ticket, a browser's cookie. */
    public static byte[] sha256(Secret secret) {
        return sha256(secret.bytes());
    }
}
