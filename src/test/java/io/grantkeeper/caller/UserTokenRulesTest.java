package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UserTokenRulesTest {

    private static final String ISSUER = "https://id.example";
    private static final RsaJsonWebKey KEY = rsa("k1");
    private static final RsaJsonWebKey FOREIGN = rsa("k1");

    private final SteppedClock clock = new SteppedClock();
    private final UserTokenRules rules = rules("org_id");

    @Test
    void aTokenNamesItsUser() throws JoseException {
        // When
        User user = user(token(claims -> {
            claims.setClaim("org_id", "org_acme");
            claims.setClaim("realm_access", Map.of("roles", List.of("keeper", "other")));
        }));
        // Then
        assertThat(user).isEqualTo(new User("user_1", Set.of(new AccountId("org_acme")), true));
    }

    @Test
    void severalOrganisationsAreAnArray() throws JoseException {
        assertThat(user(token(claims -> claims.setClaim("org_id", List.of("org_acme", "org_bolt"))))
                        .organisations())
                .containsExactlyInAnyOrder(new AccountId("org_acme"), new AccountId("org_bolt"));
    }

    @Test
    void anOrganisationMayLieDeeper() throws JoseException {
        // Given
        Secret token = token(claims -> claims.setClaim("o", Map.of("id", "org_acme", "rol", "admin")));
        // When
        User user = rules("o.id").user(IssuedToken.of(token), keys(), clock.instant());
        // Then
        assertThat(user.organisations()).containsExactly(new AccountId("org_acme"));
    }

    @Test
    void organisationsThatAreNoTextAreNone() throws JoseException {
        assertThat(user(token(claims -> claims.setClaim("org_id", Map.of("a", 1))))
                        .organisations())
                .isEmpty();
        assertThat(user(token(claims -> claims.setClaim("org_id", " "))).organisations())
                .isEmpty();
        assertThat(user(token(claims -> claims.setClaim("org_id", List.of(1, true, ""))))
                        .organisations())
                .isEmpty();
    }

    @Test
    void aClerkSessionTokenHasItsPageInsteadOfAnAudience() throws JoseException {
        assertThat(user(token(claims -> {
                            claims.unsetClaim("aud");
                            claims.setClaim("azp", "grantkeeper");
                            claims.setClaim("sid", "sess_1");
                        }))
                        .subject())
                .isEqualTo("user_1");
    }

    @Test
    void aKeycloakAccessTokenSaysThatItIsOneAndMayHaveANonce() throws JoseException {
        assertThat(user(token(claims -> {
                            claims.setClaim("typ", "Bearer");
                            claims.setClaim("nonce", "n");
                        }))
                        .subject())
                .isEqualTo("user_1");
    }

    @Test
    void otherAsymmetricAlgorithmsAreTakenToo() throws JoseException {
        // Given
        PublicJsonWebKey ec = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        ec.setKeyId("k2");
        Secret token = signed(ec, "ES256", validClaims(), signature -> {});
        // When
        User user = rules.user(IssuedToken.of(token), new JsonWebKeySet(KEY, ec), clock.instant());
        // Then
        assertThat(user.subject()).isEqualTo("user_1");
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("expired", claims -> claims.setExpirationTime(at(-61))),
                mutant("without an end", claims -> claims.unsetClaim("exp")),
                mutant("not valid yet", claims -> claims.setNotBefore(at(61))),
                mutant("for others", claims -> claims.setAudience("other")),
                mutant("for others, though authorized for us", claims -> {
                    claims.setAudience("other");
                    claims.setClaim("azp", "grantkeeper");
                }),
                mutant("for nobody", claims -> claims.unsetClaim("aud")),
                mutant("for the page of another application", claims -> {
                    claims.unsetClaim("aud");
                    claims.setClaim("azp", "https://evil.example");
                }),
                mutant("by another issuer", claims -> claims.setIssuer("https://evil.example")),
                mutant("by the issuer with a slash", claims -> claims.setIssuer(ISSUER + "/")),
                mutant("by nobody", claims -> claims.unsetClaim("iss")),
                mutant("about nobody", claims -> claims.unsetClaim("sub")),
                mutant("about a number", claims -> claims.setClaim("sub", 7)),
                mutant("about a blank", claims -> claims.setSubject(" ")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void A1_aTokenIsRefused(String name, Consumer<JwtClaims> change) throws JoseException {
        assertInvalid(token(change));
    }

    @Test
    void A1_theLeewayIsAMinute() throws JoseException {
        assertThat(user(token(claims -> claims.setExpirationTime(at(-59)))).subject())
                .isEqualTo("user_1");
    }

    static Stream<Arguments> idTokens() {
        return Stream.of(
                mutant("with a nonce", claims -> claims.setClaim("nonce", "n")),
                mutant("bound to an access token", claims -> claims.setClaim("at_hash", "h")),
                mutant("bound to a code", claims -> claims.setClaim("c_hash", "h")),
                mutant("that Keycloak calls one", claims -> claims.setClaim("typ", "ID")),
                mutant("that is a refresh token", claims -> claims.setClaim("typ", "Refresh")),
                mutant("that is something new", claims -> claims.setClaim("typ", 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("idTokens")
    void A2_anIdTokenIsNoCredential(String name, Consumer<JwtClaims> change) throws JoseException {
        assertInvalid(token(change));
    }

    @Test
    void A2_theHeaderMayTellAnAccessToken() throws JoseException {
        JwtClaims claims = validClaims();
        assertThat(user(signed(KEY, "RS256", claims, signature -> signature.setHeader("typ", "at+jwt")))
                        .subject())
                .isEqualTo("user_1");
        assertInvalid(signed(KEY, "RS256", claims, signature -> signature.setHeader("typ", "logout+jwt")));
        assertInvalid(signed(KEY, "RS256", claims, signature -> signature.setHeader("typ", "dpop+jwt")));
    }

    @Test
    void A3_anUnsignedTokenIsRefused() {
        String header = base64("{\"alg\":\"none\"}");
        assertInvalid(Secret.of(header + "." + base64(validClaims().toJson()) + "."));
        assertInvalid(Secret.of(header + "." + base64(validClaims().toJson()) + ".AAAA"));
    }

    @Test
    void A3_aPublicKeyIsNoHmacSecret() throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(validClaims().toJson());
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKeyIdHeaderValue("k1");
        jws.setKey(new HmacKey(KEY.getPublicKey().getEncoded()));

        assertInvalid(Secret.of(jws.getCompactSerialization()));
    }

    @Test
    void A3_aSymmetricKeyOfTheIssuerIsNoneEither() throws JoseException {
        // Given
        JsonWebKey symmetric = OctJwkGenerator.generateJwk(256);
        symmetric.setKeyId("k2");
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(validClaims().toJson());
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKeyIdHeaderValue("k2");
        jws.setKey(symmetric.getKey());
        String token = jws.getCompactSerialization();
        // Then
        assertRefused(
                UNAUTHENTICATED,
                () -> rules.user(IssuedToken.of(Secret.of(token)), new JsonWebKeySet(KEY, symmetric), clock.instant()));
    }

    @Test
    void A3_keysInTheHeaderAreNotLookedAt() throws JoseException {
        assertInvalid(signed(FOREIGN, "RS256", validClaims(), jws -> jws.setHeader("jku", "http://127.0.0.1:1/jwks")));
        assertInvalid(signed(FOREIGN, "RS256", validClaims(), jws -> jws.setHeader("x5u", "http://127.0.0.1:1/x5u")));
        assertInvalid(signed(FOREIGN, "RS256", validClaims(), jws -> jws.setJwkHeader(FOREIGN)));
    }

    @Test
    void A1_theBytesThatWereSignedAreTheOnesRead() throws JoseException {
        String[] parts = token(claims -> {}).reveal().split("\\.", -1);
        JwtClaims other = validClaims();
        other.setSubject("user_2");

        assertInvalid(Secret.of(parts[0] + "." + base64(other.toJson()) + "." + parts[2]));
        assertInvalid(Secret.of(parts[0] + "." + parts[1] + "."));
        assertInvalid(Secret.of(parts[0] + "." + parts[1]));
    }

    @Test
    void whatIsNoTokenIsRefusedAsOne() {
        assertInvalid(Secret.of("x"));
        assertInvalid(Secret.of("..."));
        assertInvalid(Secret.of("a.b.c.d.e"));
        assertInvalid(Secret.of(base64("{\"alg\":\"RS256\",\"kid\":7}") + ".e30.AAAA"));
        assertInvalid(Secret.of(base64("{\"alg\":7}") + ".e30.AAAA"));
        assertInvalid(Secret.of(base64("[]") + ".e30.AAAA"));
        assertInvalid(Secret.of("a".repeat(17_000)));
    }

    private void assertInvalid(Secret token) {
        Problem refusal = assertRefused(UNAUTHENTICATED, () -> {
            user(token);
        });
        assertThat(refusal.description())
                .isIn(
                        "The token is not one of a signed-in user, or has expired.",
                        "The bearer token is no signed JWT.");
        assertThat(refusal.getCause()).isNull();
    }

    private User user(Secret token) {
        return rules.user(IssuedToken.of(token), keys(), clock.instant());
    }

    private static JsonWebKeySet keys() {
        return new JsonWebKeySet(KEY);
    }

    private static UserTokenRules rules(String accountClaim) {
        return new UserTokenRules(
                ISSUER,
                Set.of("grantkeeper", "another"),
                accountClaim,
                List.of("roles", "realm_access.roles"),
                Optional.of("keeper"));
    }

    private static Secret token(Consumer<JwtClaims> change) throws JoseException {
        JwtClaims claims = validClaims();
        change.accept(claims);
        return signed(KEY, "RS256", claims, signature -> {});
    }

    private static JwtClaims validClaims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("grantkeeper");
        claims.setSubject("user_1");
        claims.setExpirationTime(at(60));
        return claims;
    }

    private static Secret signed(
            PublicJsonWebKey key, String algorithm, JwtClaims claims, Consumer<JsonWebSignature> header)
            throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(key.getPrivateKey());
        header.accept(jws);
        return Secret.of(jws.getCompactSerialization());
    }

    private static Arguments mutant(String name, Consumer<JwtClaims> change) {
        return Arguments.of(name, change);
    }

    private static NumericDate at(long secondsFromNow) {
        return NumericDate.fromSeconds(new SteppedClock().instant().getEpochSecond() + secondsFromNow);
    }

    private static RsaJsonWebKey rsa(String keyId) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(keyId);
            return key;
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
