package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests as the contract's page says (RFC 9421, profile grantkeeper-v1), with nothing of the code under test.
 */
public record MessageSigner(String keyId, UnaryOperator<byte[]> key) implements Api.Credential {

    /** With a secret of 64 hexadecimal digits. */
    public static MessageSigner hmac(String keyId, String hexSecret) {
        Canaries.add("signing key", hexSecret);
        return new MessageSigner(keyId, message -> hmac(message, hexSecret));
    }

    public static MessageSigner ed25519(String keyId, PrivateKey key) {
        return new MessageSigner(keyId, message -> ed25519(message, key));
    }

    @Override
    public void prove(HttpRequest.Builder request, String method, URI target, byte[] body) {
        headers(method, target, body, Instant.now(), UUID.randomUUID().toString())
                .forEach(request::header);
    }

    /** What a signed request carries. */
    public Map<String, String> headers(String method, URI target, byte[] body, Instant created, String nonce) {
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        return headers(method, target.getRawAuthority(), target.getRawPath(), query, body, created, nonce);
    }

    /** The same for a target that need not be one. */
    public Map<String, String> headers(
            String method, String authority, String path, String query, byte[] body, Instant created, String nonce) {
        Map<String, String> headers = new LinkedHashMap<>();
        String covered = "(\"@method\" \"@authority\" \"@path\" \"@query\"";
        String digestLine = "";
        if (body.length > 0) {
            String digest = "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
            headers.put("Content-Digest", digest);
            covered += " \"content-digest\"";
            digestLine = "\"content-digest\": " + digest + "\n";
        }
        String parameters = covered + ");created=" + created.getEpochSecond() + ";keyid=\"" + keyId + "\";nonce=\""
                + nonce + "\";tag=\"grantkeeper-v1\"";
        String base = "\"@method\": " + method + "\n\"@authority\": " + authority + "\n\"@path\": "
                + path + "\n\"@query\": ?" + query + "\n" + digestLine + "\"@signature-params\": "
                + parameters;
        headers.put("Signature-Input", "sig1=" + parameters);
        headers.put("Signature", "sig1=:" + Base64.getEncoder().encodeToString(key.apply(base.getBytes(UTF_8))) + ":");
        return headers;
    }

    private static byte[] hmac(byte[] message, String hexSecret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(HexFormat.of().parseHex(hexSecret), "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] ed25519(byte[] message, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Records print what they hold. */
    @Override
    public String toString() {
        return "MessageSigner[" + keyId + "]";
    }
}
