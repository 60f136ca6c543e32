package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.grantkeeper.oauth.TokenResponse.Granted;
import io.grantkeeper.oauth.TokenResponse.Refused;
import io.grantkeeper.oauth.TokenResponse.Unreadable;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenResponsesTest {

    @Test
    void theExampleOfTheStandardIsRead() {
        // When
        TokenSet tokens = granted("""
                {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "bearer", "expires_in": 3600,
                 "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA", "scope": "a b", "id_token": "h.c.s",
                 "example_parameter": "example_value"}
                """);

        // Then
        assertThat(tokens)
                .isEqualTo(new TokenSet(
                        Secret.of("2YotnFZFEjr1zCsicMWpAA"),
                        "Bearer",
                        Optional.of(Duration.ofHours(1)),
                        Optional.of(Secret.of("tGzv3JOkF0XG5Qx2TlKWIA")),
                        Optional.of(new LinkedHashSet<>(List.of("a", "b"))),
                        Optional.of(Secret.of("h.c.s"))));
    }

    @Test
    void F55_aFormIsReadAlthoughJsonWasAskedFor() {
        // When
        TokenSet tokens = granted(
                "access_token=gho%5Fa%2Bb&expires_in=28800&refresh_token=ghr_1&scope=repo%2Cuser&token_type=bearer");

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("gho_a+b"));
        assertThat(tokens.refreshToken()).contains(Secret.of("ghr_1"));
        assertThat(tokens.expiresIn()).contains(Duration.ofHours(8));
        assertThat(tokens.scopes().orElseThrow()).containsExactly("repo", "user");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " \r\n\t{\"access_token\":\"at\"}\r\n",
                "\uFEFF{\"access_token\":\"at\"}",
                "\r\naccess_token=at\r\n"
            })
    void whatStandsAroundAnAnswerDoesNotMatter(String body) {
        assertThat(granted(body).accessToken()).isEqualTo(Secret.of("at"));
    }

    @Test
    void F59_anAnswerWithoutARefreshTokenHasNone() {
        assertThat(granted("{\"access_token\":\"at\"}").refreshToken()).isEmpty();
        assertThat(granted("{\"access_token\":\"at\",\"refresh_token\":null}").refreshToken())
                .isEmpty();
        assertThat(granted("{\"access_token\":\"at\",\"refresh_token\":\"\"}").refreshToken())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 3600",
        "'\"3600\"', 3600",
        "'\"3599.5\"', 3599",
        "3599.9, 3599",
        "3.6e3, 3600",
        "1, 1",
        "1000000000000000000, 315360000",
        "'\"1000000000000000000\"', 315360000",
        "1e308, 315360000",
        "1e999, 315360000"
    })
    void F60_aLifetimeIsReadInWhateverFormItComes(String expiresIn, long seconds) {
        assertThat(granted("{\"access_token\":\"at\",\"expires_in\":" + expiresIn + "}")
                        .expiresIn())
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "-1000000000000000000",
                "\"0\"",
                "\"-5\"",
                "0.5",
                "null",
                "\"soon\"",
                "\"\"",
                "\"NaN\"",
                "[]",
                "{}",
                "false",
                "true"
            })
    void F60_aLifetimeThatIsNoneIsNotTold(String expiresIn) {
        assertThat(granted("{\"access_token\":\"at\",\"expires_in\":" + expiresIn + "}")
                        .expiresIn())
                .isEmpty();
    }

    @Test
    void F60_aMissingLifetimeIsNotTold() {
        assertThat(granted("{\"access_token\":\"at\"}").expiresIn()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a b c\"", "\"a,b,c\"", "\"a, b  c\"", "[\"a\",\"b\",\"c\"]", "\"a b c a\""})
    void scopesAreReadInWhateverFormTheyCome(String scope) {
        assertThat(granted("{\"access_token\":\"at\",\"scope\":" + scope + "}")
                        .scopes()
                        .orElseThrow())
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a b\\u0000 \\u001b[2J c\"", "[\"a\", \"b\\u0000\", \"\", \"\\u0085\", \"c\"]"})
    void whatIsNoScopesNameIsLeftOutAndTheTokenKept(String scope) {
        assertThat(granted("{\"access_token\":\"at\",\"scope\":" + scope + "}")
                        .scopes()
                        .orElseThrow())
                .containsExactly("a", "c");
    }

    @Test
    void anAnswerThatDoesNotSayWhatWasGrantedIsToldFromOneThatGrantsNothing() {
        assertThat(granted("{\"access_token\":\"at\"}").scopes()).isEmpty();
        assertThat(granted("{\"access_token\":\"at\",\"scope\":null}").scopes()).isEmpty();
        assertThat(granted("{\"access_token\":\"at\",\"scope\":\"\"}").scopes()).contains(new LinkedHashSet<>());
    }

    @Test
    void aTokenWithoutATypeIsABearerToken() {
        assertThat(granted("{\"access_token\":\"at\"}").tokenType()).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 401, 403, 500})
    void anErrorIsReadWhateverItsStatus(int status) {
        assertThat(TokenResponses.read(status, "{\"error\":\"invalid_grant\",\"error_description\":\"Token revoked\"}"))
                .isEqualTo(new Refused(status, "invalid_grant", "Token revoked"));
    }

    @Test
    void anErrorOutweighsAToken() {
        assertThat(TokenResponses.read(200, "{\"error\":\"invalid_grant\",\"access_token\":\"at\"}"))
                .isEqualTo(new Refused(200, "invalid_grant", ""));
    }

    @Test
    void F54_aDeclaredFailureIsNoSuccess() {
        assertThat(TokenResponses.read(200, "{\"ok\":false,\"access_token\":\"at\"}"))
                .isEqualTo(new Refused(200, "", ""));
    }

    @Test
    void aDeclaredSuccessIsOne() {
        assertThat(granted("{\"ok\":true,\"access_token\":\"at\",\"error\":null}")
                        .accessToken())
                .isEqualTo(Secret.of("at"));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 500})
    void aTokenInAnAnswerThatIsNoSuccessIsNotTaken(int status) {
        assertThat(TokenResponses.read(status, "{\"access_token\":\"at\"}")).isEqualTo(new Unreadable(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "true",
                "42",
                "\"access_token\"",
                "[{\"access_token\":\"at\"}]",
                "{}",
                "{\"access_token\":null}",
                "{\"access_token\":7}",
                "{\"access_token\":{\"access_token\":\"at\"}}",
                "{\"data\":{\"access_token\":\"at\"}}",
                "<!doctype html><html lang=\"en\"><a href=\"/?a=b&access_token=at\">",
                "{\"access_token\":\"a=b&refresh",
                "access_token",
                "=at",
                "access_token=%zz",
                "error"
            })
    void whatHasNeitherATokenNorACodeIsUnreadable(String body) {
        assertThat(TokenResponses.read(200, body)).isEqualTo(new Unreadable(200));
    }

    @Test
    void A134_aTokenOf16KiBIsTheLongest() {
        String longest = "a".repeat(16 * 1024);

        assertThat(granted("{\"access_token\":\"" + longest + "\"}").accessToken())
                .isEqualTo(Secret.of(longest));
        assertThat(TokenResponses.read(200, "{\"access_token\":\"" + longest + "a\"}"))
                .isEqualTo(new Unreadable(200));
    }

    @Test
    void A134_anAnswerWithARefreshTokenOfMoreThan16KiBIsNotRead() {
        String longest = "r".repeat(16 * 1024);

        assertThat(granted("{\"access_token\":\"at\",\"refresh_token\":\"" + longest + "\"}")
                        .refreshToken())
                .contains(Secret.of(longest));
        assertThat(TokenResponses.read(200, "{\"access_token\":\"at\",\"refresh_token\":\"" + longest + "r\"}"))
                .isEqualTo(new Unreadable(200));
    }

    @Test
    void A134_anIdTokenOfMoreThan16KiBIsLeftOut() {
        String longest = "i".repeat(16 * 1024);

        assertThat(granted("{\"access_token\":\"at\",\"id_token\":\"" + longest + "\"}")
                        .idToken())
                .contains(Secret.of(longest));
        assertThat(granted("{\"access_token\":\"at\",\"id_token\":\"" + longest + "i\"}")
                        .idToken())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Bearer\"", "\"bearer\"", "\"BEARER\"", "\"\"", "null"})
    void A134_aBearerTokenIsTakenHoweverItIsWritten(String tokenType) {
        assertThat(granted("{\"access_token\":\"at\",\"token_type\":" + tokenType + "}")
                        .tokenType())
                .isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"DPoP\"",
                "\"example\"",
                "\"mac\"",
                "\"N_A\"",
                "\"bot\"",
                "\" Bearer\"",
                "7",
                "true",
                "{}",
                "[\"Bearer\"]"
            })
    void A134_aTokenOfAnotherTypeIsNotTaken(String tokenType) {
        assertThat(TokenResponses.read(200, "{\"access_token\":\"at\",\"token_type\":" + tokenType + "}"))
                .isEqualTo(new Unreadable(200));
    }

    @Test
    void A134_aProvidersOwnWordForABearerTokenIsTaken() {
        // Given
        Dialect dialect = new Dialect(
                AnswerPlaces.STANDARD, Set.of("bot"), OutcomeTable.STANDARD, true, Optional.empty(), Set.of());

        // When
        TokenResponse response = TokenResponses.read(200, "{\"access_token\":\"at\",\"token_type\":\"Bot\"}", dialect);

        // Then
        assertThat(response)
                .isInstanceOfSatisfying(
                        Granted.class,
                        granted -> assertThat(granted.tokens().tokenType()).isEqualTo("Bearer"));
    }

    @Test
    void aCodeIsReadFromWhereAProviderHasIt() {
        // Given
        Dialect dialect = dialect("/fault/code");

        // Then
        assertThat(TokenResponses.read(400, "{\"fault\":{\"code\":\"gone\"}}", dialect))
                .isEqualTo(new Refused(400, "gone", ""));
        assertThat(TokenResponses.read(400, "{\"fault\":{\"code\":190},\"error\":\"Bad Request\"}", dialect))
                .isEqualTo(new Refused(400, "190", ""));
        assertThat(TokenResponses.read(400, "{\"error\":\"invalid_grant\"}", dialect))
                .isEqualTo(new Refused(400, "invalid_grant", ""));
        assertThat(TokenResponses.read(400, "{\"fault\":{\"code\":0}}", dialect))
                .isEqualTo(new Unreadable(400));
    }

    @Test
    void aTokenIsNotLostOverTheWordsThatAProviderHasBesideIt() {
        assertThat(TokenResponses.read(200, "{\"access_token\":\"at\",\"message\":\"success\"}", dialect("/message")))
                .isInstanceOf(Granted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "[", "{\"access_token\":\"at\",\"x\":["})
    void A129_deepNestingIsUnreadable(String opening) {
        assertThat(TokenResponses.read(200, opening.repeat(30_000))).isEqualTo(new Unreadable(200));
    }

    @Test
    void A129_closedDeepNestingIsUnreadable() {
        String body = "{\"access_token\":\"at\",\"x\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";

        assertThat(TokenResponses.read(200, body)).isEqualTo(new Unreadable(200));
    }

    @Test
    void A129_aNumberOfManyDigitsBreaksNothing() {
        String body = "{\"access_token\":\"at\",\"expires_in\":" + "9".repeat(60_000) + "}";

        assertThat(TokenResponses.read(200, body)).isNotInstanceOf(Refused.class);
    }

    @Test
    void aDuplicateKeyCountsOnce() {
        // The last one, as in every other JSON parser: what matters is that no mix of both comes out.
        assertThat(granted("{\"access_token\":\"one\",\"access_token\":\"two\"}")
                        .accessToken())
                .isEqualTo(Secret.of("two"));
        assertThat(granted("access_token=one&access_token=two").accessToken()).isEqualTo(Secret.of("two"));
    }

    @Test
    void noSecretIsInATextOfAnAnswer() {
        // When
        TokenResponse response = TokenResponses.read(
                200, "{\"access_token\":\"canary-a\",\"refresh_token\":\"canary-r\",\"id_token\":\"canary-i\"}");

        // Then
        assertThat(response).isInstanceOf(Granted.class);
        assertThat(response.toString()).doesNotContain("canary");
    }

    @Test
    void whatAProviderSaysOfAnErrorIsInNoText() {
        assertThat(TokenResponses.read(400, "{\"error\":\"e\",\"error_description\":\"canary\"}")
                        .toString())
                .doesNotContain("canary");
    }

    private static Dialect dialect(String errorPlace) {
        AnswerPlaces places = new AnswerPlaces(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(JsonPointer.compile(errorPlace)));
        return new Dialect(places, Set.of(), OutcomeTable.STANDARD, true, Optional.empty(), Set.of());
    }

    private static TokenSet granted(String body) {
        TokenResponse response = TokenResponses.read(200, body);
        assertThat(response).isInstanceOf(Granted.class);
        return ((Granted) response).tokens();
    }
}
