package io.grantkeeper.caller;

import io.grantkeeper.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** {@code hmac-sha256} (RFC 9421 §3.3.3). */
record HmacKey(SecretKey key) implements SigningKey {

    private static final String ALGORITHM = "HmacSHA256";

    static HmacKey of(byte[] key) {
        return new HmacKey(new SecretKeySpec(key, ALGORITHM));
    }

    /** The key in the form in which agents hold it: hexadecimal digits. */
    static HmacKey ofHex(Secret digits) {
        return of(HexFormat.of().parseHex(digits.reveal()));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return MessageDigest.isEqual(sign(message), signature);
    }

    byte[] sign(byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
