package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that are not reached, or whose place somebody else has taken (rows F21, F48). */
@Tag("chaos")
class ReachIT {

    private static final Duration SLACK = Duration.ofMillis(1_500);
    private static final Duration WORKS_AGAIN = Duration.ofSeconds(30);
    private static final String REFUSED = "certificate refused host=127.0.0.1";

    private World world;
    private Abroad abroad;
    private Replica a;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        abroad = world.abroad();
        a = world.a();
    }

    @Test
    void F21_aProviderBehindADeadNetworkIsNoOthersTrouble() {
        // Given
        ScriptedProvider distant = abroad.distant();
        List<Connected> cutOff = world.connected(distant, 6);
        List<Connected> near = world.connected(world.strict(), 4);
        cutOff.forEach(world.replicas()::expire);
        abroad.way().stall();
        world.history().fault("no way to a provider", Set.of());

        // When
        List<CompletableFuture<Call>> calls =
                cutOff.stream().map(each -> world.start(a, each)).toList();
        List<Call> others = near.stream().map(each -> refreshed(each)).toList();

        // Then
        assertThat(calls).allMatch(call -> call.join().status() == 503);
        assertThat(calls).allMatch(call -> call.join().took().compareTo(World.CALLER_DEADLINE.plus(SLACK)) < 0);
        assertThat(others).allMatch(Call::isGranted);
        assertThat(others).allMatch(call -> call.took().compareTo(Duration.ofSeconds(1)) < 0);
        await().atMost(Duration.ofSeconds(10)).until(() -> a.metric("grantkeeper_breaker_open", "distant") == 1);
        Call refused = world.ask(a, cutOff.getFirst());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.took()).isLessThan(Duration.ofSeconds(1));
        assertThat(refreshed(near.getFirst()).isGranted()).isTrue();

        // When
        abroad.way().pass();

        // Then
        cutOff.forEach(each -> world.askUntilGranted(world.b(), each, WORKS_AGAIN));
        assertThat(cutOff).allMatch(each -> world.refreshes(each).size() == 1);
        assertThat(world.violations(distant)).isEmpty();
        assertThat(world.violations(world.strict())).isEmpty();
    }

    private Call refreshed(Connected connection) {
        world.replicas().expire(connection);
        return world.ask(a, connection);
    }

    @Test
    void F48_aCertificateThatIsRightIsAccepted() {
        // Given
        Connected connection = world.planted(abroad.proven(), 1).getFirst();

        // When
        Call call = world.ask(a, connection);

        // Then
        assertThat(call.isGranted()).as(call::toString).isTrue();
        assertThat(abroad.proven().log().refreshes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nameless", "untrusted", "misnamed", "silent"})
    void F48_whoCannotProveToBeTheProviderIsToldNothing(String id) {
        // Given
        ScriptedProvider provider = provider(id);
        Connected connection = world.planted(provider, 1).getFirst();

        // When
        long began = System.nanoTime();
        Answer answer = a.agent().get("/api/apps/" + connection.id() + "/token");
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text("error")).isEqualTo("refresh_unavailable");
        assertThat(answer.text("action")).isEqualTo("wait");
        assertThat(took).isLessThan(World.CALLER_DEADLINE.plus(SLACK));
        assertThat(world.replicas().status(connection)).isEqualTo("active");
        await().atMost(World.ANSWER_DEADLINE.plus(SLACK))
                .until(() -> world.replicas()
                        .database()
                        .ask("select failure from credential where connection_id = ?::uuid", connection.id())
                        .equals(List.of("transient")));
        assertThat(provider.log().refreshes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"untrusted", "misnamed"})
    void F48_aCertificateThatIsRefusedIsToldToTheOperator(String id) {
        // Given
        ScriptedProvider provider = provider(id);
        Connected connection = world.planted(provider, 1).getFirst();
        long before = told(provider);

        // When
        world.ask(a, connection);

        // Then
        assertThat(told(provider)).isGreaterThan(before);
    }

    private long told(ScriptedProvider provider) {
        String port = provider.url().substring(provider.url().lastIndexOf(':') + 1);
        return a.process()
                .output()
                .lines()
                .filter(line -> line.contains(" ERROR ") && line.contains(REFUSED + " port=" + port))
                .count();
    }

    private ScriptedProvider provider(String id) {
        return Stream.of(abroad.nameless(), abroad.untrusted(), abroad.misnamed(), abroad.silent())
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
