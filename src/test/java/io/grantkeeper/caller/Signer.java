package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Secret;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** An agent that signs its requests with what the contract's page shows, and nothing of the code under test. */
record Signer(String keyId, UnaryOperator<byte[]> key) {

    static final String AUTHORITY = "keeper.example";

    static Signer hmac(String keyId, String hexSecret) {
        HmacKey key = HmacKey.ofHex(Secret.of(hexSecret));
        return new Signer(keyId, key::sign);
    }

    RequestHead get(String target, Instant created, String nonce) {
        return request("GET", target, created, nonce, new byte[0]);
    }

    RequestHead request(String method, String target, Instant created, String nonce, byte[] body) {
        MultiMap headers = headers(method, AUTHORITY, target, created, nonce, body);
        return head(method, AUTHORITY, target, headers);
    }

    MultiMap headers(String method, String authority, String target, Instant created, String nonce, byte[] body) {
        if (body.length == 0) {
            return signed(method, authority, target, created, nonce, "", "");
        }
        return headersWithDigest(method, authority, target, created, nonce, Digests.sha256(body))
                .add("Content-Length", Integer.toString(body.length));
    }

    MultiMap headersWithDigest(
            String method, String authority, String target, Instant created, String nonce, byte[] sha256) {
        String digest = "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":";
        return signed(
                        method,
                        authority,
                        target,
                        created,
                        nonce,
                        " \"content-digest\"",
                        "\"content-digest\": " + digest + "\n")
                .add("Content-Digest", digest);
    }

    private MultiMap signed(
            String method,
            String authority,
            String target,
            Instant created,
            String nonce,
            String digestComponent,
            String digestLine) {
        String covered = "(\"@method\" \"@authority\" \"@path\" \"@query\"" + digestComponent;
        String parameters = covered + ");created=" + created.getEpochSecond() + ";keyid=\"" + keyId + "\";nonce=\""
                + nonce + "\";tag=\"grantkeeper-v1\"";
        String base = "\"@method\": " + method + "\n\"@authority\": " + authority + "\n\"@path\": " + path(target)
                + "\n\"@query\": ?" + query(target) + "\n" + digestLine + "\"@signature-params\": " + parameters;
        return MultiMap.caseInsensitiveMultiMap()
                .add("Signature-Input", "sig1=" + parameters)
                .add("Signature", "sig1=:" + Base64.getEncoder().encodeToString(key.apply(base.getBytes(UTF_8))) + ":");
    }

    static RequestHead head(String method, String authority, String target, MultiMap headers) {
        return new RequestHead(method, authority, path(target), query(target), headers);
    }

    private static String path(String target) {
        return target.split("\\?", 2)[0];
    }

    private static String query(String target) {
        return target.contains("?") ? target.split("\\?", 2)[1] : "";
    }
}
