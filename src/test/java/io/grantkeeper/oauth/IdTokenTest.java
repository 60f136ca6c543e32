package io.grantkeeper.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.oauth.IdToken.Expected;
import io.grantkeeper.secret.Secret;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdTokenTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final String RIGHT = """
            {"iss": "https://login.acme.example", "aud": "ours", "exp": 1800000300, "sub": "s-1", "nonce": "n-1"}""";
    private static final Expected EXPECTED =
            new Expected(Optional.of("https://login.acme.example"), "ours", Optional.of("n-1"));

    @Test
    void A35_aTokenForThisFlowHasNoFault() {
        assertThat(fault(RIGHT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "https://login.acme.example" | "https://login.evil.example"  | iss
            "https://login.acme.example" | "https://login.acme.example/" | iss
            "https://login.acme.example" | "HTTPS://login.acme.example"  | iss
            "https://login.acme.example" | ""                            | iss
            "https://login.acme.example" | 7                             | iss
            "https://login.acme.example" | null                          | iss
            "ours"                       | "another"                     | aud
            "ours"                       | ["another"]                   | aud
            "ours"                       | []                            | aud
            "ours"                       | {"ours": 1}                   | aud
            "ours"                       | null                          | aud
            1800000300                   | 1799999940                    | exp
            1800000300                   | "1800000300"                  | exp
            1800000300                   | null                          | exp
            "s-1"                        | ""                            | sub
            "s-1"                        | null                          | sub
            """)
    void A35_aClaimThatIsNotAsItMustBeIsTheFault(String right, String wrong, String claim) {
        assertThat(fault(RIGHT.replace(right, wrong))).contains(claim);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n-2\"", "\"N-1\"", "\"\"", "null", "[\"n-1\"]"})
    void A33_aTokenOfAnotherFlowHasAnotherNonce(String nonce) {
        assertThat(fault(RIGHT.replace("\"n-1\"", nonce))).contains("nonce");
    }

    @Test
    void A33_aTokenOfAFlowWithoutNonceHasNone() {
        assertThat(fault(RIGHT.replace(", \"nonce\": \"n-1\"", ""))).contains("nonce");
    }

    @Test
    void aNonceThatNobodyAskedForIsOfNoConcern() {
        assertThat(fault(RIGHT, new Expected(EXPECTED.issuer(), "ours", Optional.empty())))
                .isEmpty();
    }

    @Test
    void A35_amongSeveralAudiencesTheAuthorizedPartyIsUs() {
        assertThat(fault(RIGHT.replace("\"ours\"", "[\"api\", \"ours\"], \"azp\": \"ours\"")))
                .isEmpty();
        assertThat(fault(RIGHT.replace("\"ours\"", "[\"api\", \"ours\"], \"azp\": \"api\"")))
                .contains("aud");
    }

    @Test
    void aClockMayBeAMinuteOff() {
        assertThat(fault(RIGHT.replace("1800000300", "1799999941"))).isEmpty();
    }

    @Test
    void anIssuerOfManyTenantsHasAPlaceForEach() {
        Expected tenants =
                new Expected(Optional.of("https://login.acme.example/{tenantid}/v2.0"), "ours", Optional.of("n-1"));

        assertThat(fault(of("https://login.acme.example/9122040d-6c67/v2.0"), tenants))
                .isEmpty();
        assertThat(fault(of("https://login.acme.example/a/b/v2.0"), tenants)).contains("iss");
        assertThat(fault(of("https://login.acme.example//v2.0"), tenants)).contains("iss");
        assertThat(fault(of("https://loginXacme.example/a/v2.0"), tenants)).contains("iss");
    }

    @Test
    void whoHasNoIssuerOnlyHasToNameOne() {
        Expected anybody = new Expected(Optional.empty(), "ours", Optional.of("n-1"));

        assertThat(fault(of("https://whoever.example"), anybody)).isEmpty();
    }

    @Test
    void A33_theNonceIsOfTheVerifierAndTellsNothingOfIt() {
        // Given
        Secret verifier = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

        // When
        String nonce = IdToken.nonce(verifier);

        // Then
        assertThat(nonce)
                .matches("[A-Za-z0-9_-]{43}")
                .isEqualTo(IdToken.nonce(verifier))
                .isNotEqualTo(Pkce.codeChallenge(verifier))
                .isNotEqualTo(IdToken.nonce(Secret.of("another")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", "..", "a.!!!.c", "a.bm90IGpzb24.c", "a.W10.c", "a.b.c.d.e"})
    void whatCannotBeReadIsNone(String token) {
        assertThat(IdToken.read(Secret.of(token))).isEmpty();
    }

    private static String of(String issuer) {
        return RIGHT.replace("https://login.acme.example", issuer);
    }

    private static Optional<String> fault(String claims) {
        return fault(claims, EXPECTED);
    }

    private static Optional<String> fault(String claims, Expected expected) {
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8));
        return IdToken.read(Secret.of("h." + payload + ".s")).orElseThrow().fault(expected, NOW);
    }
}
