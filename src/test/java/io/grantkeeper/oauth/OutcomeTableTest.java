package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.oauth.Outcome.Dead;
import io.grantkeeper.oauth.Outcome.Granted;
import io.grantkeeper.oauth.Outcome.Misconfigured;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.Outcome.Transient;
import io.grantkeeper.oauth.Outcome.Uncertain;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of what a token endpoint's answer means, row by row. */
class OutcomeTableTest {

    private static final Duration WAIT = Duration.ofSeconds(7);

    private static final Outcome MAYBE_MISCONFIGURED = new Suspect(Suspect.Cause.MAYBE_MISCONFIGURED);

    private static final List<String> CODES_OF_DEATH = List.of(
            "invalid_grant",
            "bad_refresh_token",
            "invalid_refresh_token",
            "refresh_token_expired",
            "token_revoked",
            "token_expired",
            "interaction_required",
            "consent_required",
            "login_required");

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 203})
    void anAccessTokenIsGranted(int status) {
        assertThat(outcome(status, "{\"access_token\":\"at\"}")).isInstanceOf(Granted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "200, bad_refresh_token",
        "200, invalid_refresh_token",
        "200, token_revoked",
        "400, invalid_grant",
        "401, invalid_grant",
        "403, invalid_grant",
        "404, invalid_grant",
        "400, refresh_token_expired",
        "400, token_expired"
    })
    void theProvidersOwnWordForADeadGrantKillsIt(int status, String error) {
        assertThat(refused(status, error)).isEqualTo(new Dead(Reason.INVALID_GRANT));
    }

    @Test
    void F54_slackAnswers200WithAnError() {
        assertThat(outcome(200, "{\"ok\":false,\"error\":\"invalid_refresh_token\"}"))
                .isEqualTo(new Dead(Reason.INVALID_GRANT));
    }

    @Test
    void F54_githubAnswers200WithAnErrorInAForm() {
        assertThat(outcome(200, "error=bad_refresh_token&error_description=The+refresh+token+is+incorrect"))
                .isEqualTo(new Dead(Reason.INVALID_GRANT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"interaction_required", "consent_required", "login_required"})
    void aProviderThatWantsToSeeTheUserAsksForConsent(String error) {
        assertThat(refused(400, error)).isEqualTo(new Dead(Reason.RECONSENT));
    }

    @ParameterizedTest
    @CsvSource({
        "401, invalid_client",
        "400, invalid_client",
        "400, unauthorized_client",
        "400, redirect_uri_mismatch",
        "200, incorrect_client_credentials",
        "200, bad_client_secret",
        "200, invalid_client_id"
    })
    void F57_aClientThatIsNotWelcomeIsTheOperatorsMatter(int status, String error) {
        assertThat(refused(status, error)).isEqualTo(new Misconfigured());
    }

    @ParameterizedTest
    @CsvSource({"400, invalid_request", "400, unsupported_grant_type", "401, invalid_request", "200, invalid_request"})
    void aRequestThatIsNotUnderstoodMayBeTheOperatorsMatter(int status, String error) {
        assertThat(refused(status, error)).isEqualTo(MAYBE_MISCONFIGURED);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308, 404, 405, 410})
    void anAddressThatIsNoTokenEndpointMayBeTheOperatorsMatter(int status) {
        assertThat(outcome(status, "")).isEqualTo(MAYBE_MISCONFIGURED);
        assertThat(outcome(status, "<html>")).isEqualTo(MAYBE_MISCONFIGURED);
        assertThat(refused(status, "Not Found")).isEqualTo(MAYBE_MISCONFIGURED);
    }

    @Test
    void a401WithoutACodeMayBeTheRefusalOfOurClient() {
        assertThat(outcome(401, "")).isEqualTo(MAYBE_MISCONFIGURED);
        assertThat(outcome(401, "<html>Unauthorized</html>")).isEqualTo(MAYBE_MISCONFIGURED);
        assertThat(refused(401, "something_new")).isEqualTo(new Suspect(Suspect.Cause.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307})
    void aRedirectIsNotTheAuthorizationServersWord(int status) {
        assertThat(refused(status, "invalid_grant")).isEqualTo(MAYBE_MISCONFIGURED);
        assertThat(refused(status, "temporarily_unavailable")).isEqualTo(MAYBE_MISCONFIGURED);
    }

    @ParameterizedTest
    @CsvSource({
        "400, temporarily_unavailable",
        "503, temporarily_unavailable",
        "400, slow_down",
        "200, slow_down",
        "200, ratelimited",
        "400, rate_limited",
        "400, server_error"
    })
    void aProviderThatIsBusyIsAskedLater(int status, String error) {
        assertThat(refused(status, error)).isEqualTo(new Transient(Optional.of(WAIT)));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 403, 408, 425, 429, 500, 502, 503, 504, 520, 599})
    void F56_aStatusWithoutACodeIsNotTheAuthorizationServersWord(int status) {
        assertThat(outcome(status, "<html>Access Denied</html>")).isEqualTo(new Transient(Optional.of(WAIT)));
        assertThat(outcome(status, "")).isEqualTo(new Transient(Optional.of(WAIT)));
        assertThat(outcome(status, "{\"message\":\"forbidden\"}")).isEqualTo(new Transient(Optional.of(WAIT)));
    }

    @Test
    void withoutARetryAfterNothingIsSaidOfTheWait() {
        assertThat(OutcomeTable.STANDARD.outcome(TokenResponses.read(503, ""), Optional.empty()))
                .isEqualTo(new Transient(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{\"access_token\":\"at\",\"refresh_to",
                "{}",
                "[]",
                "null",
                "{\"access_token\":\"\"}"
            })
    void F52_aSuccessThatCannotBeReadIsUncertain(String body) {
        assertThat(outcome(200, body)).isEqualTo(new Uncertain());
    }

    @ParameterizedTest
    @CsvSource({"400, access_denied", "400, invalid_scope", "418, something_new", "200, not_known", "400, INVALID_GRANT"
    })
    void aCodeThatNobodyKnowsIsSuspect(int status, String error) {
        assertThat(refused(status, error)).isEqualTo(new Suspect(Suspect.Cause.UNKNOWN));
    }

    @Test
    void aFailureWithoutACodeIsSuspect() {
        assertThat(outcome(200, "{\"ok\":false}")).isEqualTo(new Suspect(Suspect.Cause.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("codesOfDeathFromWhoeverDoesNotSpeakForTheGrant")
    void I3_anOverloadedProviderNeverKillsAGrant(int status, String body) {
        assertThat(outcome(status, body)).isEqualTo(new Transient(Optional.of(WAIT)));
    }

    static Stream<Arguments> codesOfDeathFromWhoeverDoesNotSpeakForTheGrant() {
        return Stream.of(408, 425, 429, 500, 501, 502, 503, 504, 599)
                .flatMap(status -> CODES_OF_DEATH.stream()
                        .flatMap(code -> Stream.of("{\"error\":\"" + code + "\"}", "error=" + code)
                                .map(body -> Arguments.of(status, body))));
    }

    @Test
    void I3_noStatusAloneKillsAGrant() {
        for (int status = 100; status < 600; status++) {
            for (String body : List.of("", "<html>invalid_grant</html>", "invalid_grant", "\"invalid_grant\"", "{}")) {
                assertThat(outcome(status, body)).as("%d %s", status, body).isNotInstanceOf(Dead.class);
            }
        }
    }

    @Test
    void I3_aLinkInAPageKillsNoGrant() {
        String page = "<html lang=en><a href=\"/login?from=token&error=invalid_grant&hint=x\">Sign in</a></html>";

        assertThat(outcome(400, page)).isEqualTo(new Transient(Optional.of(WAIT)));
    }

    @Test
    void everyMeaningIsReadAsItIsWritten() {
        assertThat(Arrays.stream(Meaning.values()).map(meaning -> Meaning.of(meaning.wireName())))
                .containsExactly(Meaning.values());
    }

    @Test
    void aProvidersOwnRuleComesBeforeWhatEverybodyMeans() {
        // Given
        OutcomeTable table = table(rule(0, "invalid_grant", "too fast", Meaning.TRANSIENT));

        // Then
        assertThat(meaning(table, 400, "invalid_grant", "Too fast: wait")).isEqualTo(Meaning.TRANSIENT);
        assertThat(meaning(table, 400, "invalid_grant", "gone, not too fast")).isEqualTo(Meaning.DEAD);
        assertThat(meaning(table, 400, "invalid_grant", "")).isEqualTo(Meaning.DEAD);
        assertThat(meaning(table, 400, "invalid_client", "too fast")).isEqualTo(Meaning.MISCONFIGURED);
    }

    @Test
    void theFirstRuleThatFitsCounts() {
        // Given
        OutcomeTable table = table(
                rule(403, "", "", Meaning.TRANSIENT),
                rule(0, "odd", "", Meaning.RECONSENT),
                rule(0, "odd", "", Meaning.UNCERTAIN));

        // Then
        assertThat(meaning(table, 403, "odd", "")).isEqualTo(Meaning.TRANSIENT);
        assertThat(meaning(table, 400, "odd", "")).isEqualTo(Meaning.RECONSENT);
        assertThat(meaning(table, 400, "Odd", "")).isEqualTo(Meaning.SUSPECT);
        assertThat(table.outcome(TokenResponses.read(403, "<html>"), Optional.of(WAIT)))
                .isEqualTo(new Transient(Optional.of(WAIT)));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 301, 408, 425, 429, 500, 503, 599, 600})
    void I3_noRuleIsAskedAboutAnAnswerThatIsNotTheTokenEndpointsWord(int status) {
        // Given
        OutcomeTable table = table(rule(0, "odd", "", Meaning.DEAD), rule(status, "", "", Meaning.DEAD));

        // Then
        assertThat(OutcomeTable.isSpokenWith(status)).isFalse();
        assertThat(table.outcome(TokenResponses.read(status, "{\"error\":\"odd\"}"), Optional.empty()))
                .isNotInstanceOf(Dead.class);
        assertThat(table.outcome(TokenResponses.read(status, ""), Optional.empty()))
                .isNotInstanceOf(Dead.class);
    }

    @Test
    void F52_noRuleIsAskedAboutASuccessThatCannotBeRead() {
        assertThat(table(rule(200, "", "", Meaning.DEAD)).outcome(TokenResponses.read(200, "{}"), Optional.empty()))
                .isEqualTo(new Uncertain());
    }

    @Test
    void everyReasonIsReadAsItIsWritten() {
        assertThat(Arrays.stream(Reason.values()).map(reason -> Reason.of(reason.wireName())))
                .containsExactly(Reason.values());
    }

    @Test
    void aReasonOfANewerVersionIsReadAsTheGeneralOne() {
        assertThat(Reason.of("from_the_future")).isEqualTo(Reason.INVALID_GRANT);
    }

    private static Outcome refused(int status, String error) {
        return outcome(status, "{\"error\":\"" + error + "\"}");
    }

    private static Outcome outcome(int status, String body) {
        return Dialect.STANDARD.outcome(status, body, Optional.of(WAIT));
    }

    private static OutcomeTable table(OutcomeRule... rules) {
        return new OutcomeTable(List.of(rules));
    }

    /** A rule that names only what is not empty. */
    private static OutcomeRule rule(int status, String error, String description, Meaning meaning) {
        return new OutcomeRule(
                Optional.of(status).filter(each -> each != 0),
                Optional.of(error).filter(each -> !each.isEmpty()),
                Optional.of(description).filter(each -> !each.isEmpty()),
                meaning);
    }

    private static Meaning meaning(OutcomeTable table, int status, String error, String description) {
        Outcome outcome = table.outcome(new TokenResponse.Refused(status, error, description), Optional.of(WAIT));
        return Arrays.stream(Meaning.values())
                .filter(each -> each.outcome(Optional.of(WAIT)).equals(outcome))
                .findFirst()
                .orElseThrow();
    }
}
