package io.grantkeeper.connection;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.OperatorsService.Connected;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How connections end. */
class RemovalIT {

    private OperatorsService operators;
    private ScriptedProvider provider;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        provider = operators.telling();
        user = operators.user();
    }

    @Test
    void theGrantIsEndedAtTheProviderByItsRefreshToken() {
        // Given
        String id = user.connect(provider);

        // When
        Answer removed = user.api().delete("/api/apps/" + id);

        // Then
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.body()).isEmpty();
        assertThat(removed.header("Grantkeeper-Revocation")).contains("done");
        assertThat(provider.calls(Endpoint.REVOKE))
                .hasSize(1)
                .first()
                .satisfies(call -> assertThat(call.form()).containsEntry("token_type_hint", "refresh_token"));
        assertThat(operators.database().ask("select id from revocation_outbox where account_id = ?", user.subject()))
                .isEmpty();
    }

    @Test
    void whereAProviderHasNoWayToEndAGrantThatIsSaid() {
        // Given
        String id = user.connect(operators.plain());

        // When
        Answer removed = user.api().delete("/api/apps/" + id);

        // Then
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.header("Grantkeeper-Revocation")).contains("unsupported");
    }

    @Test
    void A110_aRemovedConnectionIsNotFoundByAnybody() {
        // Given
        String id = user.connect(provider);
        TestAgent agent = user.agent("token");
        agent.api().get("/api/apps/" + id + "/token").accessToken();

        // When
        user.api().delete("/api/apps/" + id);

        // Then
        assertProblem(agent.api().get("/api/apps/" + id + "/token"), 404, "not_found", "fix_request");
        assertProblem(user.api().get("/api/apps/" + id), 404, "not_found", "fix_request");
        assertProblem(user.api().delete("/api/apps/" + id), 404, "not_found", "fix_request");
        assertProblem(user.api().delete("/api/apps/" + UUID.randomUUID()), 404, "not_found", "fix_request");
        assertThat(user.api().get("/api/apps/" + id + "/connected").status()).isEqualTo(404);
    }

    @Test
    void A110_anAgentRemovesNothing() {
        // Given
        String id = user.connect(provider);

        // When
        Answer answer = user.agent("token").api().delete("/api/apps/" + id);

        // Then
        assertProblem(answer, 403, "forbidden", "fix_request");
        assertThat(provider.calls(Endpoint.REVOKE)).isEmpty();
    }

    @Test
    void A112_aTokenThatComesTooLateIsRevokedAndNotStored() {
        // Given
        Connected connected = operators.expired();
        TestAgent agent = connected.user().agent("token");
        provider.next(Endpoint.TOKEN, exchange -> exchange.properlyButSlowly(Duration.ofSeconds(1)));
        CompletableFuture<Answer> waiting = agent.api().start("GET", "/api/apps/" + connected.id() + "/token", "");
        provider.awaitRefreshes(1);

        // When
        Answer removed = connected.user().api().delete("/api/apps/" + connected.id());

        // Then
        assertThat(removed.status()).isEqualTo(204);
        assertProblem(waiting.join(), 404, "not_found", "fix_request");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> provider.calls(Endpoint.REVOKE).size() == 2);
        assertThat(provider.calls(Endpoint.REVOKE))
                .extracting(call -> call.form().get("token"))
                .doesNotHaveDuplicates();
        assertThat(provider.knows(connected.user().subject())).isFalse();
    }

    @Test
    void connectingAgainAfterARemovalIsAnotherConnection() {
        // Given
        String id = user.connect(provider);
        user.api().delete("/api/apps/" + id);

        // When
        String another = user.connect(provider);

        // Then
        assertThat(another).isNotEqualTo(id);
        assertThat(user.api().get("/api/apps/" + another + "/connected").body()).isEqualTo("{\"connected\":true}");
    }
}
