package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Granted;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where providers have what the standard has elsewhere: answers as they send them, and what is read out of them. */
class AnswerPlacesTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String SLACK_USER =
            "token_response: {access_token: /authed_user/access_token, refresh_token: /authed_user/refresh_token,"
                    + " expires_in: /authed_user/expires_in, scope: /authed_user/scope,"
                    + " token_type: /authed_user/token_type, token_types: [user]}";

    @Test
    void dingtalkWritesNamesInCamelCase() {
        // When
        TokenSet tokens =
                granted("""
                token_response: {access_token: /accessToken, refresh_token: /refreshToken, expires_in: /expireIn}
                identity: {account_id: /corpId}
                """, "{\"expireIn\":7200,\"accessToken\":\"at\",\"refreshToken\":\"rt\",\"corpId\":\"ding1\"}");

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("at"));
        assertThat(tokens.refreshToken()).contains(Secret.of("rt"));
        assertThat(tokens.expiresIn()).contains(Duration.ofHours(2));
        assertThat(told(tokens, "/corpId")).contains("ding1");
    }

    @Test
    void douyinPutsAllOfItIntoAnEnvelope() {
        // Given
        String entry = """
                token_response:
                  {access_token: /data/access_token, refresh_token: /data/refresh_token, expires_in: /data/expires_in,
                   scope: /data/scope, error: /data/error_code}
                identity: {subject: /data/open_id}
                """;

        // When
        TokenSet tokens = granted(entry, """
                {"data": {"access_token": "at", "description": "", "error_code": 0, "expires_in": 1296000,
                  "open_id": "aaa-bbb", "refresh_expires_in": 2592000, "refresh_token": "rt", "scope": "user_info"},
                 "message": "success"}
                """);

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("at"));
        assertThat(tokens.refreshToken()).contains(Secret.of("rt"));
        assertThat(tokens.expiresIn()).contains(Duration.ofDays(15));
        assertThat(tokens.scopes().orElseThrow()).containsExactly("user_info");
        assertThat(told(tokens, "/data/open_id")).contains("aaa-bbb");
        assertThat(outcome(
                        entry, "{\"data\":{\"error_code\":10010,\"description\":\"expired\"},\"message\":\"error\"}"))
                .isNotInstanceOf(Granted.class);
    }

    @Test
    void intercomCallsItsAccessTokenToken() {
        assertThat(granted(
                                "token_response: {access_token: /token}",
                                "{\"token_type\":\"Bearer\",\"token\":\"at\",\"access_token\":\"other\"}")
                        .accessToken())
                .isEqualTo(Secret.of("at"));
    }

    @Test
    void withingsAnswersAStatusAndABody() {
        // Given
        String entry = """
                token_response:
                  {access_token: /body/access_token, refresh_token: /body/refresh_token, expires_in: /body/expires_in,
                   scope: /body/scope, error: /status}
                identity: {subject: /body/userid}
                """;

        // When
        TokenSet tokens = granted(entry, """
                {"status": 0, "body": {"userid": 363, "access_token": "at", "refresh_token": "rt",
                  "expires_in": 10800, "scope": "user.info,user.metrics", "token_type": "Bearer"}}
                """);

        // Then
        assertThat(tokens.refreshToken()).contains(Secret.of("rt"));
        assertThat(tokens.scopes().orElseThrow()).containsExactly("user.info", "user.metrics");
        assertThat(told(tokens, "/body/userid")).contains("363");
        assertThat(outcome(entry, "{\"status\":503,\"error\":\"Invalid params\",\"body\":{}}"))
                .isNotInstanceOf(Granted.class);
    }

    @Test
    void yammersAccessTokenIsAnObject() {
        // When
        TokenSet tokens = granted(
                "token_response: {access_token: /access_token/token}\nidentity: {subject: /user/id}",
                "{\"user\":{\"id\":4022984},\"access_token\":{\"token\":\"at\",\"expires_at\":null}}");

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("at"));
        assertThat(told(tokens, "/user/id")).contains("4022984");
    }

    @Test
    void slacksUserTokenIsTakenOutOfAnAnswerThatHasABotsToo() {
        // When
        TokenSet tokens = granted(SLACK_USER, """
                {"ok": true, "access_token": "xoxb-bot", "token_type": "bot", "scope": "commands",
                 "team": {"id": "T9TK3CUKW", "name": "Slack Pickleball Team"},
                 "authed_user": {"id": "U1234", "scope": "chat:write,search:read", "access_token": "xoxp-user",
                   "token_type": "user", "refresh_token": "xoxe-user", "expires_in": 43200}}
                """);

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("xoxp-user"));
        assertThat(tokens.refreshToken()).contains(Secret.of("xoxe-user"));
        assertThat(tokens.expiresIn()).contains(Duration.ofHours(12));
        assertThat(tokens.scopes().orElseThrow()).containsExactly("chat:write", "search:read");
    }

    @Test
    void whatIsNotAtItsOwnPlaceIsReadFromTheStandards() {
        // Given
        String refreshed = """
                {"ok": true, "access_token": "xoxe.xoxp-2", "token_type": "user", "refresh_token": "xoxe-2",
                 "expires_in": 43200, "scope": "chat:write"}
                """;

        // When
        TokenSet tokens = granted(SLACK_USER, refreshed);

        // Then
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("xoxe.xoxp-2"));
        assertThat(tokens.refreshToken()).contains(Secret.of("xoxe-2"));
        assertThat(tokens.expiresIn()).contains(Duration.ofHours(12));
    }

    @ParameterizedTest
    @CsvSource({
        "squarespace, 1777642200.0537",
        "squarespace, '\"1777642200.0537\"'",
        "medium, 1777642200000",
        "square, '\"2026-05-01T13:30:00Z\"'",
        "none, '\"2026-05-01T15:30:00+02:00\"'",
        "none, '\"2026-05-01T15:30:00.000+0200\"'",
        "none, '\"2026-05-01T13:30:00\"'"
    })
    void F60_anEndIsReadAsProvidersWriteIt(String provider, String json) {
        // When
        TokenSet tokens = granted(
                "token_response: {expires_at: /access_token_expires_at}",
                "{\"access_token\":\"at\",\"access_token_expires_at\":" + json + "}");

        // Then
        assertThat(tokens.expiresIn()).isEmpty();
        assertThat(tokens.countedFrom(NOW).expiresIn()).map(Duration::toMinutes).contains(90L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "null",
                "\"\"",
                "\"soon\"",
                "[1777642200]",
                "1777636800",
                "\"2026-05-01T12:00:00Z\"",
                "\"1999-01-01T00:00:00Z\"",
                "\"2026-05-01\"",
                "\"2026-99-01T12:00:00Z\"",
                "\"NaN\""
            })
    void F60_anEndThatIsPastOrNoneIsNotTold(String json) {
        assertThat(granted(
                                "token_response: {expires_at: /expires_at}",
                                "{\"access_token\":\"at\",\"expires_at\":" + json + "}")
                        .countedFrom(NOW)
                        .expiresIn())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807",
                "1e300",
                "\"Infinity\"",
                "\"+999999999-12-31T23:59:59-18:00\"",
                "\"9999-12-31T23:59:59Z\""
            })
    void F60_anEndBeyondAllReasonBreaksNothing(String json) {
        assertThat(granted(
                                "token_response: {expires_at: /expires_at}",
                                "{\"access_token\":\"at\",\"expires_at\":" + json + "}")
                        .countedFrom(NOW)
                        .expiresIn()
                        .orElse(Duration.ZERO))
                .isLessThanOrEqualTo(Duration.ofDays(3650));
    }

    @Test
    void F60_aLifetimeThatIsToldOutweighsAnEnd() {
        assertThat(granted(
                                "token_response: {expires_at: /expires_at}",
                                "{\"access_token\":\"at\",\"expires_in\":60,\"expires_at\":1777642200}")
                        .countedFrom(NOW)
                        .expiresIn())
                .contains(Duration.ofMinutes(1));
    }

    @Test
    void ofTheRestOfAnAnswerNothingIsKept() {
        // When
        TokenSet tokens = granted(
                "identity: {subject: /athlete/id}",
                "{\"access_token\":\"at\",\"athlete\":{\"id\":227615,\"email\":\"ada@acme.example\"}}");

        // Then
        assertThat(tokens.told().values()).containsOnlyKeys(JsonPointer.compile("/athlete/id"));
    }

    @Test
    void I7_aTokenIsNeverAmongWhatIsTold() {
        // When
        TokenSet tokens = granted(
                "identity: {subject: /again, name: /rest, account_id: /id}",
                "{\"access_token\":\"canary-a\",\"refresh_token\":\"canary-r\",\"again\":\"canary-a\","
                        + "\"rest\":\"canary-r\",\"id\":\"1\"}");

        // Then
        assertThat(tokens.told().values()).containsOnlyKeys(JsonPointer.compile("/id"));
    }

    @Test
    void A39_whatIsTooLongForAnIdOrANameIsNotTold() {
        // Given
        String longest = "s".repeat(256);

        // Then
        assertThat(told(
                        granted("identity: {subject: /id}", "{\"access_token\":\"at\",\"id\":\"" + longest + "\"}"),
                        "/id"))
                .contains(longest);
        assertThat(told(
                        granted("identity: {subject: /id}", "{\"access_token\":\"at\",\"id\":\"" + longest + "s\"}"),
                        "/id"))
                .isEmpty();
    }

    @Test
    void whatIsToldIsInNoText() {
        assertThat(granted("identity: {subject: /id}", "{\"access_token\":\"at\",\"id\":\"canary\"}")
                        .toString())
                .doesNotContain("canary");
    }

    private static Optional<String> told(TokenSet tokens, String place) {
        return tokens.told().at(JsonPointer.compile(place));
    }

    private static TokenSet granted(String more, String body) {
        Outcome outcome = outcome(more, body);
        assertThat(outcome).isInstanceOf(Granted.class);
        return ((Granted) outcome).tokens();
    }

    private static Outcome outcome(String more, String body) {
        return TestProviders.of("""
                        id: acme
                        name: Acme
                        authorization_url: https://login.acme.example/authorize
                        token_url: https://login.acme.example/token
                        %s
                        """.formatted(more)).dialect().outcome(200, body, Optional.empty());
    }
}
