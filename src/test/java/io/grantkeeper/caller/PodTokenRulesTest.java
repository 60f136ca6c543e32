package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodTokenRulesTest {

    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final RsaJsonWebKey KEY = rsa("k1");
    private static final RsaJsonWebKey OTHER_CLUSTER = rsa("k1");

    private final SteppedClock clock = new SteppedClock();
    private final PodTokenRules rules = new PodTokenRules("east", ISSUER, "grantkeeper");

    @Test
    void aProjectedTokenNamesItsPod() throws JoseException {
        // When
        PodIdentity pod = pod(token(claims -> {}));

        // Then
        assertThat(pod)
                .isEqualTo(new PodIdentity(
                        new KubernetesIdentity("east", "team-a", "crawler"), "sa-uid", "crawler-1", "pod-uid"));
    }

    @Test
    void oneOfItsAudiencesIsOurs() throws JoseException {
        assertThat(pod(token(claims -> claims.setAudience("vault", "grantkeeper")))
                        .pod())
                .isEqualTo("crawler-1");
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("A77: the API server's audience", claims -> claims.setAudience(ISSUER)),
                mutant("A77: no audience", claims -> claims.unsetClaim("aud")),
                mutant("A78: of another issuer", claims -> claims.setIssuer("https://evil.example")),
                mutant("A78: expired", claims -> claims.setExpirationTime(at(-61))),
                mutant("A78: not yet", claims -> claims.setNotBefore(at(61))),
                mutant("A78: without an end", claims -> claims.unsetClaim("exp")),
                mutant("A78: of a year", claims -> claims.setExpirationTime(at(365 * 24 * 3600))),
                mutant("A78: of a day and a second", claims -> claims.setExpirationTime(at(24 * 3600 + 1))),
                mutant("A81: of a secret", claims -> claims.setClaim("kubernetes.io", kubernetes(Map.of("name", "")))),
                mutant("A81: in the old form", claims -> {
                    claims.unsetClaim("kubernetes.io");
                    claims.setClaim("kubernetes.io/serviceaccount/namespace", "team-a");
                    claims.setClaim("kubernetes.io/serviceaccount/service-account.name", "crawler");
                }),
                mutant("A83: of two namespaces", claims -> claims.setSubject("system:serviceaccount:team-b:crawler")),
                mutant("A83: of two service accounts", claims -> claims.setSubject("system:serviceaccount:team-a:x")),
                mutant("A83: of nobody", claims -> claims.unsetClaim("sub")),
                mutant("with claims of another form", claims -> claims.setClaim("kubernetes.io", List.of("team-a"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void anyOtherTokenIsNone(String what, Consumer<JwtClaims> change) throws JoseException {
        Secret token = token(change);
        assertRefused(UNAUTHENTICATED, () -> pod(token));
    }

    @Test
    void A84_anotherClusterOfTheSameIssuerIsNotThisOne() throws JoseException {
        Secret token = signed(OTHER_CLUSTER, "RS256", validClaims());
        assertRefused(UNAUTHENTICATED, () -> pod(token));
    }

    @Test
    void A79_theSignatureIsAsymmetric() throws JoseException {
        // Given
        JsonWebSignature none = new JsonWebSignature();
        none.setPayload(validClaims().toJson());
        none.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        none.setAlgorithmHeaderValue("none");
        JsonWebSignature hmac = new JsonWebSignature();
        hmac.setPayload(validClaims().toJson());
        hmac.setAlgorithmHeaderValue("HS256");
        hmac.setKeyIdHeaderValue("k1");
        hmac.setKey(new OctetSequenceJsonWebKey(Map.of(
                        "kty",
                        "oct",
                        "k",
                        Base64.getUrlEncoder().encodeToString(KEY.getPublicKey().getEncoded())))
                .getKey());

        // Then
        Secret unsigned = Secret.of(none.getCompactSerialization());
        Secret byPublicKey = Secret.of(hmac.getCompactSerialization());
        assertRefused(UNAUTHENTICATED, () -> pod(unsigned));
        assertRefused(UNAUTHENTICATED, () -> pod(byPublicKey));
    }

    private PodIdentity pod(Secret token) {
        return rules.pod(IssuedToken.of(token), new JsonWebKeySet(KEY), clock.instant());
    }

    private static Secret token(Consumer<JwtClaims> change) throws JoseException {
        JwtClaims claims = validClaims();
        change.accept(claims);
        return signed(KEY, "RS256", claims);
    }

    private static JwtClaims validClaims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("grantkeeper");
        claims.setSubject("system:serviceaccount:team-a:crawler");
        claims.setExpirationTime(at(3600));
        claims.setClaim("kubernetes.io", kubernetes(Map.of("name", "crawler-1", "uid", "pod-uid")));
        return claims;
    }

    private static Map<String, Object> kubernetes(Map<String, String> pod) {
        return Map.of("namespace", "team-a", "pod", pod, "serviceaccount", Map.of("name", "crawler", "uid", "sa-uid"));
    }

    private static Secret signed(RsaJsonWebKey key, String algorithm, JwtClaims claims) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(key.getPrivateKey());
        return Secret.of(jws.getCompactSerialization());
    }

    private static Arguments mutant(String name, Consumer<JwtClaims> change) {
        return Arguments.of(name, change);
    }

    private static NumericDate at(long secondsFromNow) {
        return NumericDate.fromSeconds(new SteppedClock().instant().getEpochSecond() + secondsFromNow);
    }

    private static RsaJsonWebKey rsa(String id) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            return key;
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
