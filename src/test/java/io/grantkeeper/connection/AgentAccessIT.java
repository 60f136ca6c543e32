package io.grantkeeper.connection;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which agents a user lets at a connection, and how that is explained. */
class AgentAccessIT {

    private OperatorsService operators;
    private TestUser user;
    private String connection;
    private TestAgent first;
    private TestAgent second;

    @BeforeEach
    void twoAgents() {
        operators = OperatorsService.get();
        user = operators.user();
        connection = user.connect(operators.telling());
        first = user.agent("token");
        second = user.agent("token");
    }

    @Test
    void A47_anAgentThatIsNotNamedAnyMoreIsAtOnceTheOneWhoFindsNothing() {
        // Given
        assertThat(List.of(token(first).status(), token(second).status())).containsExactly(200, 200);

        // When
        Answer changed = restrict(first.id());

        // Then
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("agentIds").get(0).asText()).isEqualTo(first.id());
        assertThat(token(first).status()).isEqualTo(200);
        assertProblem(token(second), 404, "not_found", "fix_request");
        assertThat(second.api().get("/api/apps").json().path("items").isEmpty()).isTrue();
    }

    @Test
    void aConnectionIsOpenedAgainToAll() {
        // Given
        restrict(first.id());

        // When
        Answer opened = user.api().send("PATCH", "/api/apps/" + connection, "{\"agentIds\": []}");

        // Then
        assertThat(opened.status()).isEqualTo(200);
        assertThat(token(second).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"agentIds\": null}",
                "{\"agentIds\": \"all\"}",
                "{\"agentIds\": [null]}",
                "{\"agentIds\": [\"\"]}",
                "{\"agentIds\": [\"nobody\"]}",
                "{\"agentIds\": [], \"provider\": \"x\"}"
            })
    void whatNamesNoAgentsChangesNothing(String body) {
        // When
        Answer refused = user.api().send("PATCH", "/api/apps/" + connection, body);

        // Then
        assertProblem(refused, 400, "invalid_request", "fix_request");
        assertThat(token(second).status()).isEqualTo(200);
    }

    @Test
    void anAgentOfAnotherAccountIsNone() {
        // Given
        TestAgent stranger = operators.user().agent("token");

        // When
        Answer refused = restrict(stranger.id());

        // Then
        assertProblem(refused, 400, "invalid_request", "fix_request");
    }

    @Test
    void onlyItsAccountsUsersChangeAConnection() {
        // When
        Answer stranger = operators.user().api().send("PATCH", "/api/apps/" + connection, "{\"agentIds\": []}");
        Answer unknown = user.api().send("PATCH", "/api/apps/" + UUID.randomUUID(), "{\"agentIds\": []}");
        Answer agent = first.api().send("PATCH", "/api/apps/" + connection, "{\"agentIds\": []}");

        // Then
        assertProblem(stranger, 404, "not_found", "fix_request");
        assertProblem(unknown, 404, "not_found", "fix_request");
        assertProblem(agent, 403, "forbidden", "fix_request");
    }

    @Test
    void anExplanationSaysWhatDeniesAndWhatToChange() {
        // Given
        restrict(first.id());

        // When
        Answer allowed = explain(first.id());
        Answer denied = explain(second.id());

        // Then
        assertThat(allowed.json().path("token").asBoolean()).isTrue();
        assertThat(denied.status()).isEqualTo(200);
        assertThat(denied.json().path("visible").asBoolean()).isFalse();
        assertThat(denied.json().path("rules").get(0).path("rule").asText()).isEqualTo("connection_agents");
        assertThat(denied.json().path("rules").get(0).path("decision").asText()).isEqualTo("deny");
        assertThat(denied.json().path("rules").get(0).path("remedy").asText()).contains("PATCH");
    }

    @Test
    void anExplanationIsForTheAccountsOwnUsersAndAgents() {
        // Given
        TestUser stranger = operators.user();

        // When
        Answer byStranger = stranger.api().get("/api/apps/" + connection + "/explain?agent=" + first.id());
        Answer byAgent = first.api().get("/api/apps/" + connection + "/explain?agent=" + first.id());

        // Then
        assertProblem(byStranger, 404, "not_found", "fix_request");
        assertProblem(byAgent, 403, "forbidden", "fix_request");
        assertProblem(explain(stranger.agent("token").id()), 404, "not_found", "fix_request");
        assertProblem(user.api().get("/api/apps/" + connection + "/explain"), 400, "invalid_request", "fix_request");
    }

    @CanIgnoreReturnValue
    private Answer restrict(String agent) {
        return user.api().send("PATCH", "/api/apps/" + connection, "{\"agentIds\": [\"" + agent + "\"]}");
    }

    private Answer explain(String agent) {
        return user.api().get("/api/apps/" + connection + "/explain?agent=" + agent);
    }

    private Answer token(TestAgent agent) {
        return agent.api().get("/api/apps/" + connection + "/token");
    }
}
