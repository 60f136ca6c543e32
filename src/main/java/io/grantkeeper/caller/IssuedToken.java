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
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A signed JWT as it came, which anybody may have made up.
 *
 * <p>What it says of its issuer and key only chooses whose keys it is held against; those come from the issuer alone:
 * {@code jku}, {@code x5u}, {@code jwk} and {@code x5c} of its header are not looked at (RFC 8725 §3.10).
 *
 * @param issuer the {@code iss} that it claims; empty when it claims none
 * @param keyId the key that it says it was signed with; null when it says none
 */
record IssuedToken(Secret token, String issuer, @Nullable String keyId) {

    private static final int LEEWAY_SECONDS = 60;
    private static final int MAX_LENGTH = 16 * 1024;
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

    /** @throws Problem {@code unauthenticated} when it is no signed JWT at all */
    static IssuedToken of(Secret token) {
        String compact = token.reveal();
        if (compact.length() > MAX_LENGTH) {
            throw malformed();
        }
        try {
            JsonWebSignature parsed = new JsonWebSignature();
            parsed.setCompactSerialization(compact);
            String issuer = JwtClaims.parse(parsed.getUnverifiedPayload()).getIssuer();
            return new IssuedToken(token, issuer == null ? "" : issuer, parsed.getKeyIdHeaderValue());
        } catch (JoseException | InvalidJwtException | MalformedClaimException | ClassCastException malformed) {
            // Without its cause: it quotes the token.
            throw malformed();
        }
    }

    /** What it says, if one of these keys signed it for this issuer and it is in force; whom it is for is not checked. */
    Optional<VerifiedToken> verified(JsonWebKeySet keys, String expectedIssuer, Instant now) {
        try {
            return Optional.of(verified(consumer(keys, expectedIssuer, now).process(token.reveal())));
        } catch (InvalidJwtException | MalformedClaimException | ClassCastException refused) {
            return Optional.empty();
        }
    }

    private static VerifiedToken verified(JwtContext context) throws MalformedClaimException {
        JwtClaims claims = context.getJwtClaims();
        String type = context.getJoseObjects().getFirst().getHeader("typ");
        return new VerifiedToken(
                type == null ? "" : type,
                new Claims(claims.getClaimsMap()),
                Instant.ofEpochMilli(claims.getExpirationTime().getValueInMillis()));
    }

    private static JwtConsumer consumer(JsonWebKeySet keys, String issuer, Instant now) {
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

    private static Problem malformed() {
        return Problem.of(UNAUTHENTICATED, "The bearer token is no signed JWT.");
    }
}
