package io.grantkeeper.refresh;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.OperatorsService.Connected;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Call;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a token call when the provider has to be asked. */
class RefreshIT {

    private OperatorsService operators;
    private ScriptedProvider provider;
    private TestUser user;
    private TestAgent agent;

    @BeforeEach
    void aUserWithAnAgent() {
        operators = OperatorsService.get();
        provider = operators.telling();
        user = operators.user();
        agent = user.agent("token");
    }

    @Test
    void aValidTokenIsAnsweredWithoutTheProvider() {
        // Given
        String id = user.connect(provider);

        // When
        String first = token(id).accessToken();
        String second = token(id).accessToken();

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(provider.refreshes()).isEmpty();
    }

    @Test
    void anExpiredTokenIsRefreshedAndTheNewOneStays() {
        // Given
        String id = expired();

        // When
        String first = token(id).accessToken();
        String second = token(id).accessToken();

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(provider.refreshes()).extracting(Call::outcome).containsExactly("granted");
    }

    @Test
    void aHundredCallersOfAnExpiredConnectionShareOneRefresh() {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, exchange -> exchange.properlyButSlowly(Duration.ofMillis(500)));

        // When
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 100)
                .mapToObj(each -> agent.api().start("GET", path(id), ""))
                .toList();
        Set<String> tokens = new HashSet<>();
        calls.forEach(call -> tokens.add(call.join().accessToken()));

        // Then
        assertThat(tokens).hasSize(1);
        assertThat(provider.refreshes()).hasSize(1);
    }

    @Test
    void everyRefreshTokenIsUsedOnce() {
        // Given
        String id = expired();
        provider.lifetime(Duration.ofSeconds(1));

        // When
        Set<String> tokens = new HashSet<>();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> tokens.add(token(id).accessToken()) && tokens.size() == 3);

        // Then
        assertThat(provider.refreshes()).extracting(Call::outcome).containsOnly("granted");
        assertThat(provider.refreshes())
                .hasSize(3)
                .extracting(call -> call.form().get("refresh_token"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aMissingRefreshTokenKeepsTheOneThatIsThere() {
        // Given
        String id = expired();
        provider.rotateNothing();
        provider.next(Endpoint.TOKEN, Script.json(200, """
                {"access_token": "%s", "token_type": "Bearer", "expires_in": 1}
                """.formatted(Canaries.fresh("access token"))));
        token(id).accessToken();

        // When
        String next = await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> token(id).accessToken(),
                        any -> provider.refreshes().size() == 2);

        // Then
        assertThat(next).isNotEmpty();
        assertThat(provider.refreshes()).extracting(Call::outcome).containsExactly("scripted", "granted");
        assertThat(provider.refreshes())
                .extracting(call -> call.form().get("refresh_token"))
                .hasSize(2)
                .containsOnly(provider.refreshes().getFirst().form().get("refresh_token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "token_revoked", "bad_refresh_token"})
    void A56_aDeadGrantIsGoneUntilTheUserConnectsAgain(String error) {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, Script.error(error));

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 410, "connection_error", "reauthorize", "provider", "reason", "authorizeUrl");
        assertThat(answer.text("provider")).isEqualTo("telling");
        assertThat(answer.text("reason")).isEqualTo("invalid_grant");
        assertThat(answer.text("authorizeUrl"))
                .isEqualTo(operators.process().url() + "/api/apps/authorize?connectionId=" + id);
        assertThat(answer.body()).doesNotContain("as the script says");
        Answer connection = user.api().get("/api/apps/" + id);
        assertThat(connection.text("status")).isEqualTo("error");
        assertThat(connection.json().at("/error/code").asText()).isEqualTo("invalid_grant");
        assertThat(Instant.parse(connection.json().at("/error/at").asText())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void A57_aDeadConnectionAsksTheProviderNoMore() {
        // Given
        String id = expired();
        provider.forget(user.subject());

        // When
        List<Integer> statuses =
                IntStream.range(0, 20).mapToObj(each -> token(id).status()).toList();

        // Then
        assertThat(statuses).containsOnly(410);
        assertThat(provider.refreshes()).hasSize(1);
    }

    @Test
    void theAuthorizeUrlOfADeadConnectionRevivesIt() {
        // Given
        String id = expired();
        provider.forget(user.subject());
        Answer dead = token(id);

        // When
        var flow = user.begin(user.browser(), dead.text("authorizeUrl").replaceFirst(".*\\?", ""));
        flow.browser().openFromElsewhere(provider.agree(flow.request(), user.subject()));

        // Then
        assertThat(token(id).status()).isEqualTo(200);
        assertThat(user.api().get("/api/apps/" + id).text("status")).isEqualTo("active");
        assertThat(user.onlyConnection("telling")).isEqualTo(id);
    }

    @Test
    void aTokenThatIsStillValidIsAnsweredAlthoughTheGrantIsDead() {
        // Given
        String id = user.connect(provider);
        String stored = token(id).accessToken();
        provider.forget(user.subject());

        // When
        Answer forced = agent.api().get(path(id) + "?refresh=true");
        Answer later = token(id);

        // Then
        assertThat(forced.status()).as(forced::toString).isEqualTo(200);
        assertThat(forced.accessToken()).isEqualTo(stored);
        assertThat(later.accessToken()).isEqualTo(stored);
        assertThat(user.api().get("/api/apps/" + id).text("status")).isEqualTo("error");
        assertThat(provider.refreshes()).hasSize(1);
    }

    /** By itself, with the next probe. */
    private void recovers(String id) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> token(id).status() == 200);
    }

    /** As if the pause after a failure were over. */
    private void pauseEnds(String id) {
        operators.database().execute("update credential set retry_at = null where connection_id = ?::uuid", id);
    }

    static List<Script> passingFailures() {
        return List.of(
                Script.json(500, ""),
                Script.json(500, "{\"error\": \"invalid_grant\"}"),
                Script.json(503, "{\"error\": \"temporarily_unavailable\"}"),
                Script.json(429, "{\"error\": \"slow_down\"}"),
                Script.answer(502, "text/html", "<html>Bad Gateway</html>"),
                Script.html(),
                Script.empty(),
                Script.huge(),
                Script.json(200, "[1, 2"),
                Script.json(400, "{\"error\": \"something_new\"}"));
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void aFailureThatPassesLeavesTheConnectionActive(Script failure) {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, failure);

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertThat(answer.header("Retry-After"))
                .hasValueSatisfying(seconds -> assertThat(seconds).matches("[1-9][0-9]*"));
        assertThat(user.api().get("/api/apps/" + id).text("status")).isEqualTo("active");
        assertThat(provider.refreshes()).hasSize(1);
        pauseEnds(id);
        assertThat(token(id).status()).isEqualTo(200);
    }

    @Test
    void F44_whoComesRightAfterAFailureSharesIt() {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, Script.json(503, ""));

        // When
        Answer first = token(id);
        Answer second = token(id);

        // Then
        assertProblem(first, 503, "refresh_unavailable", "wait");
        assertProblem(second, 503, "refresh_unavailable", "wait");
        assertThat(provider.refreshes()).hasSize(1);
    }

    @Test
    void whatHasNoLabelIsCountedFromTheStart() {
        // When
        try (PackagedService fresh = operators.setup("fresh").start()) {
            String metrics =
                    Api.ofNobody(fresh.managementUrl()).get("/q/metrics").body();

            // Then
            assertThat(metrics.lines())
                    .contains(
                            "grantkeeper_refresh_joins_total 0.0",
                            "grantkeeper_lease_waits_total 0.0",
                            "grantkeeper_lease_takeovers_total 0.0",
                            "grantkeeper_refresh_given_up_total 0.0",
                            "grantkeeper_refresh_unwritten 0.0",
                            "grantkeeper_refresh_commit_seconds_count 0.0",
                            "grantkeeper_token_answers_total{source=\"memory\"} 0.0");
        }
    }

    @Test
    void theProvidersRetryAfterIsPassedOn() {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, Script.answer(429, "text/plain", "", Map.of("Retry-After", "17")));

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertThat(answer.header("Retry-After").map(Integer::parseInt))
                .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(17, 21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_client", "unauthorized_client"})
    void aClientThatTheProviderDoesNotKnowIsTheOperatorsMatter(String error) {
        // Given
        String id = expired();
        provider.next(Endpoint.TOKEN, Script.json(401, "{\"error\": \"" + error + "\"}"));

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "contact_operator");
        assertThat(user.api().get("/api/apps/" + id).text("status")).isEqualTo("active");
        recovers(id);
    }

    @Test
    void A97_aRedirectOfTheTokenEndpointIsNotFollowed() {
        // Given
        String id = expired();
        provider.next(
                Endpoint.TOKEN,
                Script.answer(
                        307,
                        "text/plain",
                        "",
                        Map.of("Location", operators.plain().url() + "/token")));

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertThat(operators.plain().calls(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void anErrorWithStatus200InAFormIsAnErrorAsAtGitHub() {
        // Given
        String id = expired();
        provider.next(
                Endpoint.TOKEN,
                Script.answer(
                        200,
                        "application/x-www-form-urlencoded",
                        "error=bad_refresh_token&error_description=The+refresh+token+is+incorrect&error_uri=https%3A%2F%2Fx"));

        // When
        Answer answer = token(id);

        // Then
        assertProblem(answer, 410, "connection_error", "reauthorize", "provider", "reason", "authorizeUrl");
    }

    @Test
    void aTokenInAFormIsATokenAsAtGitHub() {
        // Given
        String id = expired();
        String token = Canaries.fresh("access token");
        provider.next(
                Endpoint.TOKEN,
                Script.answer(
                        200,
                        "application/x-www-form-urlencoded",
                        "access_token=" + token + "&expires_in=28800&scope=read%2Cwrite&token_type=bearer"));

        // When
        Answer answer = token(id);

        // Then
        assertThat(answer.accessToken()).isEqualTo(token);
        assertThat(answer.text("tokenType")).isEqualTo("Bearer");
        assertThat(answer.json().path("scopes")).extracting(JsonNode::asText).containsExactly("read", "write");
    }

    @Test
    void aTokenThatDoesNotExpireHasNoExpiry() {
        // Given
        provider.next(Endpoint.TOKEN, Script.json(200, """
                {"access_token": "%s", "token_type": "bearer", "scope": "read"}
                """.formatted(Canaries.fresh("access token"))));
        provider.next(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"%s\"}".formatted(user.subject())));
        String id = user.connect(provider);

        // When
        Answer answer = agent.api().get(path(id) + "?refresh=true&minValidity=3600");

        // Then
        assertThat(answer.status()).as(answer::toString).isEqualTo(200);
        assertThat(answer.json().path("expiresAt").isNull()).isTrue();
        assertThat(provider.refreshes()).isEmpty();
    }

    /** A connection whose token has expired, of a user who is the one of this test from now on. */
    private String expired() {
        Connected connected = operators.expired();
        user = connected.user();
        agent = user.agent("token");
        return connected.id();
    }

    private Answer token(String id) {
        return agent.api().get(path(id));
    }

    private static String path(String id) {
        return "/api/apps/" + id + "/token";
    }
}
