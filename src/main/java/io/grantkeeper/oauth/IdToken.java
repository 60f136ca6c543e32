package io.grantkeeper.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An ID token that came over TLS from the token endpoint itself, which tells who made it as well as its signature would
 * (OpenID Connect Core §3.1.3.7, 6).
 */
public final class IdToken {

    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final String NONCE_LABEL = "grantkeeper nonce ";

    private final JsonNode claims;

    private IdToken(JsonNode claims) {
        this.claims = claims;
    }

    /**
     * What the token of one flow must say.
     *
     * @param issuer the provider's identifier, where its entry or discovery document has one
     * @param nonce what the authorization request carried, where it carried one
     */
    public record Expected(Optional<String> issuer, String clientId, Optional<String> nonce) {}

    /** Reads its claims; empty where it is no readable JWT, such as an encrypted one. */
    public static Optional<IdToken> read(Secret token) {
        return JwtClaims.read(token).map(IdToken::new);
    }

    /**
     * The nonce of the flow that has this code verifier (OpenID Connect Core §3.1.2.1): computed from it, so that nothing
     * more has to be kept, and telling nothing of it.
     */
    public static String nonce(Secret codeVerifier) {
        byte[] digest = Digests.sha256((NONCE_LABEL + codeVerifier.reveal()).getBytes(US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    public JsonNode claims() {
        return claims;
    }

    /** Whom it is about; empty where it does not say. */
    public Optional<String> subject() {
        return text("sub");
    }

    /** The first claim that is not as the standard wants it for this flow (OpenID Connect Core §3.1.3.7). */
    public Optional<String> fault(Expected expected, Instant now) {
        if (!isFrom(expected.issuer())) {
            return Optional.of("iss");
        }
        if (!isFor(expected.clientId())) {
            return Optional.of("aud");
        }
        if (!expiresAfter(now.minus(LEEWAY))) {
            return Optional.of("exp");
        }
        if (expected.nonce().isPresent() && !expected.nonce().equals(text("nonce"))) {
            return Optional.of("nonce");
        }
        return subject().isEmpty() ? Optional.of("sub") : Optional.empty();
    }

    /** Providers for several tenants publish an issuer with a place in it for the tenant. */
    private boolean isFrom(Optional<String> issuer) {
        Optional<String> said = text("iss");
        return said.isPresent()
                && issuer.map(one -> IssuerTemplate.of(one).fits(said.get())).orElse(true);
    }

    private boolean isFor(String clientId) {
        JsonNode audience = claims.path("aud");
        boolean named = audience.isArray()
                ? StreamSupport.stream(audience.spliterator(), false)
                        .anyMatch(each -> clientId.equals(each.textValue()))
                : clientId.equals(audience.textValue());
        boolean several = audience.isArray() && audience.size() > 1;
        return named && (!several || text("azp").map(clientId::equals).orElse(true));
    }

    private boolean expiresAfter(Instant time) {
        JsonNode expiry = claims.path("exp");
        return expiry.isNumber() && expiry.asDouble() > time.getEpochSecond();
    }

    private Optional<String> text(String claim) {
        return Optional.ofNullable(claims.path(claim).textValue()).filter(text -> !text.isEmpty());
    }
}
