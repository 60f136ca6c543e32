package io.grantkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Both halves of a key with which our client signs what it shows for a secret: made for one rehearsal, and good for nothing else. */
final class ClientKey {

    private final KeyPair pair;

    private ClientKey(KeyPair pair) {
        this.pair = pair;
    }

    static ClientKey fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new ClientKey(generator.generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As a vendor hands it out. */
    Secret pem() {
        return Secret.of("-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    }

    /** Whether it has signed this, as ES256 is. */
    boolean hasSigned(String jwt) {
        int end = jwt.lastIndexOf('.');
        if (end < 0) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(pair.getPublic());
            signature.update(jwt.substring(0, end).getBytes(UTF_8));
            return signature.verify(Base64.getUrlDecoder().decode(jwt.substring(end + 1)));
        } catch (GeneralSecurityException | IllegalArgumentException unsigned) {
            return false;
        }
    }
}
