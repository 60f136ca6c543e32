package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static org.jose4j.jwa.AlgorithmConstraints.ConstraintType.PERMIT;
import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512;
import static org.jose4j.jws.AlgorithmIdentifiers.EDDSA;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA512;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA512;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens of the identity provider are a user's, and who that user is.
 *
 * <p>Keys come from the issuer alone: {@code jku}, {@code x5u}, {@code jwk} and {@code x5c} of a token's header are not
 * looked at (RFC 8725 §3.10).
 *
 * <p>An ID token tells a client who signed in; it is no credential (RFC 8725 §3.11, §3.12). No claim tells the two apart
 * at every provider, so a token is refused when anything about it says that it is one: its {@code typ} in the header or,
 * as at Keycloak, in the body; else, where nothing says that it is an access token, {@code nonce}, {@code at_hash} or
 * {@code c_hash}. A session token of Clerk has none of these, and in place of {@code aud} the {@code azp} of the page it
 * was made for.
 */
record UserTokenRules(
        String issuer,
        Set<String> audience,
        String accountClaim,
        List<String> rolesClaims,
        Optional<String> operatorRole) {

    private static final int LEEWAY_SECONDS = 60;
    private static final int MAX_LENGTH = 16 * 1024;
    private static final Set<String> ACCESS_TOKEN_TYPES = Set.of("at+jwt", "application/at+jwt");
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            PERMIT,
            RSA_USING_SHA256,
            RSA_USING_SHA384,
            RSA_USING_SHA512,
            RSA_PSS_USING_SHA256,
            RSA_PSS_USING_SHA384,
            RSA_PSS_USING_SHA512,
            ECDSA_USING_P256_CURVE_AND_SHA256,
            ECDSA_USING_P384_CURVE_AND_SHA384,
            ECDSA_USING_P521_CURVE_AND_SHA512,
            EDDSA);

    static UserTokenRules of(String issuer, UsersConfig config) {
        return new UserTokenRules(
                issuer,
                config.audience()
                        .map(Set::copyOf)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "grantkeeper.users.issuer is set and grantkeeper.users.audience is not")),
                config.accountClaim(),
                config.rolesClaim(),
                config.operatorRole());
    }

    /** The key that a token says it was signed with; null when it says none. */
    static @Nullable String keyId(Secret token) {
        String compact = token.reveal();
        if (compact.length() > MAX_LENGTH) {
            throw invalid();
        }
        try {
            JsonWebSignature parsed = new JsonWebSignature();
            parsed.setCompactSerialization(compact);
            return parsed.getKeyIdHeaderValue();
        } catch (JoseException | ClassCastException malformed) {
            throw invalid();
        }
    }

    /** @throws Problem {@code unauthenticated} for any token that is not a user's, here and now */
    User user(Secret token, JsonWebKeySet keys, Instant now) {
        JwtContext verified = verified(token, keys, now);
        Claims claims = new Claims(verified.getJwtClaims().getClaimsMap());
        String headerType = verified.getJoseObjects().getFirst().getHeader("typ");
        if (!isForUs(claims) || !isAccessToken(headerType == null ? "" : headerType, claims)) {
            throw invalid();
        }
        return new User(subject(claims), organisations(claims), isOperator(claims));
    }

    private JwtContext verified(Secret token, JsonWebKeySet keys, Instant now) {
        try {
            return consumer(keys, now).process(token.reveal());
        } catch (InvalidJwtException | ClassCastException refused) {
            // Without its cause: it quotes the token.
            throw invalid();
        }
    }

    private JwtConsumer consumer(JsonWebKeySet keys, Instant now) {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
                .setExpectedIssuer(issuer)
                .setSkipDefaultAudienceValidation()
                .setRequireSubject()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
                .setAllowedClockSkewInSeconds(LEEWAY_SECONDS)
                .build();
    }

    private static String subject(Claims claims) {
        return claims.texts("sub").stream().findFirst().orElseThrow(UserTokenRules::invalid);
    }

    private boolean isForUs(Claims claims) {
        return claims.texts(claims.has("aud") ? "aud" : "azp").stream().anyMatch(audience::contains);
    }

    private static boolean isAccessToken(String headerType, Claims claims) {
        boolean saysSo = ACCESS_TOKEN_TYPES.contains(headerType.toLowerCase(Locale.ROOT))
                || claims.text("typ").equalsIgnoreCase("Bearer");
        boolean saysNothing = (headerType.isEmpty() || headerType.equalsIgnoreCase("JWT")) && !claims.has("typ");
        boolean fromASignIn = claims.has("nonce") || claims.has("at_hash") || claims.has("c_hash");
        return saysSo || (saysNothing && !fromASignIn);
    }

    private Set<AccountId> organisations(Claims claims) {
        return claims.texts(accountClaim).stream().map(AccountId::new).collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOperator(Claims claims) {
        return operatorRole
                .filter(role -> rolesClaims.stream()
                        .anyMatch(claim -> claims.texts(claim).contains(role)))
                .isPresent();
    }

    private static Problem invalid() {
        return Problem.of(UNAUTHENTICATED, "The token is not one of a signed-in user, or has expired.");
    }
}
