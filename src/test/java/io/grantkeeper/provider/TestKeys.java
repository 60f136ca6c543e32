package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A developer's key as a vendor hands it out, and the other half of it as the vendor has it. */
final class TestKeys {

    private static final KeyPair PAIR = pair("EC", "secp256r1");

    private TestKeys() {}

    static Secret pem() {
        return pem(PAIR);
    }

    static Secret pem(KeyPair pair) {
        return Secret.of("-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    }

    static KeyPair pair(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether the key has signed it as ES256 is. */
    static boolean hasSigned(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(PAIR.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
            return parts.length == 3 && signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException unsigned) {
            return false;
        }
    }

    /** One of its parts as it reads. */
    static String part(String jwt, int index) {
        return new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]), UTF_8);
    }
}
