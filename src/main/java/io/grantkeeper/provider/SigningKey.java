package io.grantkeeper.provider;

import io.grantkeeper.secret.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** A private key on the curve P-256, with which texts are signed as ES256 wants it (RFC 7518 §3.4). */
final class SigningKey {

    /** PKCS #8 (RFC 7468 §10). */
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";

    private static final String END = "-----END PRIVATE KEY-----";

    /** By which the curve is known from others (SEC 2 §2.4.2). */
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final ECPrivateKey key;

    private SigningKey(ECPrivateKey key) {
        this.key = key;
    }

    /** Empty where the text is no such key. What it is instead is told to nobody. */
    static Optional<SigningKey> read(Secret pem) {
        try {
            return der(pem).flatMap(SigningKey::decoded);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** A setting may have its line ends in two characters, as in {@code \\n}. */
    private static Optional<byte[]> der(Secret pem) {
        String text = pem.reveal().replace("\\n", "\n").strip();
        boolean framed = text.startsWith(BEGIN) && text.endsWith(END) && text.length() > BEGIN.length() + END.length();
        return framed
                ? Optional.of(text.substring(BEGIN.length(), text.length() - END.length()))
                        .map(base64 -> base64.replaceAll("\\s", ""))
                        .map(Base64.getDecoder()::decode)
                : Optional.empty();
    }

    private static Optional<SigningKey> decoded(byte[] der) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            return key instanceof ECPrivateKey ec && ec.getParams().getOrder().equals(ORDER)
                    ? Optional.of(new SigningKey(ec))
                    : Optional.empty();
        } catch (GeneralSecurityException none) {
            return Optional.empty();
        }
    }

    /** Both halves of the signature, one after the other. */
    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK does not sign with a key of its own", impossible);
        }
    }

    @Override
    public String toString() {
        return "SigningKey[***]";
    }
}
