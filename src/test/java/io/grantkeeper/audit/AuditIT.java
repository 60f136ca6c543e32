package io.grantkeeper.audit;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who did what on an account. */
class AuditIT {

    private OperatorsService operators;
    private TestUser user;
    private String connection;
    private TestAgent agent;

    @BeforeEach
    void aConnectionAndAnAgent() {
        operators = OperatorsService.get();
        user = operators.user();
        connection = user.connect(operators.telling());
        agent = user.agent("token");
    }

    @Test
    void aTokensWayIsTold() {
        // Given
        String token = agent.api().get("/api/apps/" + connection + "/token").text("accessToken");

        // When
        user.api().delete("/api/apps/" + connection);

        // Then
        List<JsonNode> trail = awaitEvents("token.fetched");
        assertThat(events(trail))
                .containsExactlyInAnyOrder(
                        "connection.removed", "token.fetched", "agent.registered", "connection.connected");
        JsonNode fetched = the(trail, "token.fetched");
        assertThat(fetched.path("actor").path("kind").asText()).isEqualTo("agent");
        assertThat(fetched.path("actor").path("id").asText()).isEqualTo(agent.id());
        assertThat(fetched.path("connectionId").asText()).isEqualTo(connection);
        assertThat(fetched.path("provider").asText())
                .isEqualTo(operators.telling().id());
        assertThat(fetched.path("tokenFingerprint").asText()).matches("[0-9a-f]{32}");
        assertThat(fetched.toString()).doesNotContain(token);
        JsonNode connected = the(trail, "connection.connected");
        assertThat(connected.path("actor").path("id").asText()).isEqualTo(user.subject());
        assertThat(connected.path("actor").path("kind").asText()).isEqualTo("user");
    }

    @Test
    void manyFetchesInAMomentAreFewEntriesThatCountThemAll() {
        // When
        IntStream.range(0, 50).forEach(each -> agent.api().get("/api/apps/" + connection + "/token"));

        // Then
        await().atMost(Duration.ofSeconds(5)).until(() -> times("token.fetched") == 50);
        assertThat(trail("event=token.fetched").size()).isLessThan(20);
    }

    @Test
    void whoWasRefusedIsToldWithTheReason() {
        // Given
        TestAgent proxy = user.agent("proxy");

        // When
        proxy.api().get("/api/apps/" + connection + "/token");
        agent.api().get("/api/apps/" + connection + "/token?scopes=never.granted");
        agent.api().get("/api/apps/token?provider=" + operators.plain().id());

        // Then
        await().atMost(Duration.ofSeconds(5)).until(() -> times("token.refused") == 3);
        assertThat(trail("event=token.refused").stream()
                        .map(entry -> entry.path("code").asText()))
                .containsExactlyInAnyOrder("proxy_only", "insufficient_scope", "not_found");
    }

    @Test
    void aGrantThatEndedAtTheProviderIsTold() {
        // Given
        operators.telling().next(Endpoint.TOKEN, Script.json(400, "{\"error\": \"invalid_grant\"}"));

        // When
        agent.api().get("/api/apps/" + connection + "/token?refresh=true");

        // Then
        JsonNode ended = the(awaitEvents("connection.ended"), "connection.ended");
        assertThat(ended.path("code").asText()).isEqualTo("invalid_grant");
        assertThat(ended.path("actor").path("kind").asText()).isEqualTo("service");
    }

    @Test
    void whatBecameOfAgentsIsTold() {
        // When
        user.api().post("/api/agents/" + agent.id() + "/rotate", "");
        user.api().delete("/api/agents/" + agent.id());

        // Then
        assertThat(events(trail("agentId=" + agent.id())))
                .containsExactly("agent.removed", "agent.secret_rotated", "agent.registered");
    }

    @Test
    void aPageFollowsAPage() {
        // When
        Answer first = user.api().get("/api/audit?limit=1");
        Answer second = user.api()
                .get("/api/audit?limit=1&cursor="
                        + first.json().path("nextCursor").asText());

        // Then
        assertThat(events(items(first))).containsExactly("agent.registered");
        assertThat(events(items(second))).containsExactly("connection.connected");
        assertThat(second.json().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void anAccountsTrailIsForItsUsersOnly() {
        // When
        Answer stranger = operators.user().api().get("/api/audit");
        Answer byAgent = agent.api().get("/api/audit");
        Answer nobody = operators.process().nobody().get("/api/audit");

        // Then
        assertThat(items(stranger)).isEmpty();
        assertProblem(byAgent, 403, "forbidden", "fix_request");
        assertProblem(nobody, 401, "unauthenticated", "fix_request");
        assertProblem(user.api().get("/api/audit?event=x"), 400, "invalid_request", "fix_request");
        assertProblem(user.api().get("/api/audit?cursor=x"), 400, "invalid_request", "fix_request");
    }

    @Test
    void nothingInItIsChangedOrTakenAway() {
        assertThatThrownBy(() -> operators.database().execute("update audit_event set code = 'x'"))
                .hasStackTraceContaining("append-only");
        assertThatThrownBy(() -> operators.database().execute("delete from audit_event"))
                .hasStackTraceContaining("append-only");
        assertThatThrownBy(() -> operators.database().execute("truncate audit_event"))
                .hasStackTraceContaining("append-only");
    }

    private List<JsonNode> awaitEvents(String event) {
        return await().atMost(Duration.ofSeconds(5))
                .until(() -> trail(""), trail -> events(trail).contains(event));
    }

    private int times(String event) {
        return trail("event=" + event).stream()
                .mapToInt(entry -> entry.path("times").asInt())
                .sum();
    }

    private List<JsonNode> trail(String query) {
        return items(user.api().get("/api/audit?" + query));
    }

    private static List<JsonNode> items(Answer answer) {
        return answer.json().path("items").valueStream().toList();
    }

    private static JsonNode the(List<JsonNode> trail, String event) {
        return trail.stream()
                .filter(entry -> entry.path("event").asText().equals(event))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> events(List<JsonNode> trail) {
        return trail.stream().map(entry -> entry.path("event").asText()).toList();
    }
}
