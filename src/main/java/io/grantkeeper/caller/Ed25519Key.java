package io.grantkeeper.caller;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** {@code ed25519} (RFC 9421 §3.3.6), for agents whose secret must not exist here. */
record Ed25519Key(PublicKey key) implements SigningKey {

    private static final String ALGORITHM = "Ed25519";
    private static final int KEY_BYTES = 32;

    /** The key in the form of RFC 8032 §5.1.2; empty when it is no point of the curve. */
    static Optional<Ed25519Key> of(byte[] encoded) {
        if (encoded.length != KEY_BYTES) {
            return Optional.empty();
        }
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            PublicKey key = factory.generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(encoded)));
            Signature.getInstance(ALGORITHM).initVerify(key);
            return Optional.of(new Ed25519Key(key));
        } catch (GeneralSecurityException noPoint) {
            return Optional.empty();
        }
    }

    /** Little-endian, the sign of x in the highest bit. */
    private static EdECPoint point(byte[] encoded) {
        byte[] y = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            y[i] = encoded[KEY_BYTES - 1 - i];
        }
        boolean xOdd = y[0] < 0;
        y[0] &= 0x7F;
        return new EdECPoint(xOdd, new BigInteger(1, y));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
