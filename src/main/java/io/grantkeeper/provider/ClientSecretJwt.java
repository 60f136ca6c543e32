package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What our client shows where others show a secret: a JWT (RFC 7519), signed with a key of our client's that the provider
 * knows the other half of.
 *
 * @param issuer empty while the operator has not set what it is made of
 * @param keyId the same
 */
public record ClientSecretJwt(String audience, Optional<String> issuer, Optional<String> keyId, Duration lifetime) {

    /** So far a provider's clock may be behind ours. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    /** How long before its end another is made: what is shown has to live until the provider has read it. */
    Duration rest() {
        Duration half = lifetime.dividedBy(2);
        return half.compareTo(LONGEST_REST) < 0 ? half : LONGEST_REST;
    }

    /** Empty where something of it is missing. */
    Optional<Secret> signed(String clientId, SigningKey key, Instant now) {
        return issuer.flatMap(who -> keyId.map(which -> signed(header(which), claims(who, clientId, now), key)));
    }

    private static Secret signed(ObjectNode header, ObjectNode claims, SigningKey key) {
        String text = base64(header.toString().getBytes(UTF_8)) + "."
                + base64(claims.toString().getBytes(UTF_8));
        return Secret.of(text + "." + base64(key.sign(text.getBytes(UTF_8))));
    }

    private static ObjectNode header(String keyId) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("alg", "ES256")
                .put("kid", keyId)
                .put("typ", "JWT");
    }

    private ObjectNode claims(String who, String clientId, Instant now) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("iss", who)
                .put("iat", now.minus(SKEW).getEpochSecond())
                .put("exp", now.plus(lifetime).getEpochSecond())
                .put("aud", audience)
                .put("sub", clientId);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
