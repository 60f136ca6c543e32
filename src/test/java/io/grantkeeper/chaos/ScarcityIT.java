package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.Limits;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that gets no more of what it needs (row F47). */
@Tag("chaos")
class ScarcityIT {

    private static final Duration BACK = Duration.ofSeconds(5);
    private static final Duration SCARCE = Duration.ofSeconds(World.LONG ? 30 : 5);
    private static final int ENOUGH = 4096;

    private World world;
    private Replica a;
    private ScriptedProvider forgiving;
    private List<ScriptedProvider> providers;
    private List<Connected> connections;

    @BeforeEach
    void loadedReplicas() {
        world = World.get();
        a = world.a();
        forgiving = world.own();
        providers = List.of(forgiving, world.strict());
        connections = new ArrayList<>();
        for (ScriptedProvider provider : providers) {
            provider.lifetime(Duration.ofSeconds(4));
            provider.always(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(100))));
            connections.addAll(world.connected(provider, 6));
        }
    }

    /**
     * A process that gets no file descriptor can neither accept nor connect. To whoever connects that is the same as a machine
     * without a free port, which a test may not take from everybody else on it. A JVM that gets no memory dies ({@code F13}).
     *
     * @param cutOff whether its connections to PostgreSQL end as well, so that it has to do without
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void F47_aProcessWithoutFileDescriptorsTurnsAwayAndRecovers(boolean cutOff) {
        // Given
        long process = a.process().processId();
        long began;
        long recovered;

        // When
        try (Load load = Load.of(world, connections, 12, Duration.ofMillis(30))) {
            Pause.of(Duration.ofSeconds(2));
            began = System.nanoTime();
            Limits.noMoreFiles(process);
            // Not the strict one's: an answer that is on its way would be lost, by nobody's scarcity.
            forgiving.closeConnections();
            if (cutOff) {
                a.network().shake();
            }
            Pause.of(SCARCE);
            Limits.files(process, ENOUGH);
            long lifted = System.nanoTime();
            world.history().add(new Fault("a without file descriptors", began, lifted, Set.of(), Optional.of(BACK)));
            await().atMost(BACK).until(a::isReady);
            assertThat(connections)
                    .allMatch(each -> world.askUntilGranted(a, each, BACK).isGranted());
            recovered = System.nanoTime();
            Pause.of(Duration.ofSeconds(3));
        }

        // Who cannot connect takes a provider for broken, until somebody refreshes there again.
        connections.forEach(world.replicas()::expire);
        assertThat(connections)
                .allMatch(each -> world.askUntilGranted(a, each, World.PROBE_EVERY.multipliedBy(2))
                        .isGranted());

        // Then
        assertThat(calls(began, recovered))
                .extracting(Call::status)
                .contains(503)
                .isSubsetOf(200, 503, History.NO_ANSWER);
        assertThat(calls(recovered, System.nanoTime())).extracting(Call::status).containsOnly(200);
        assertNothingIsLost();
    }

    private void assertNothingIsLost() {
        for (ScriptedProvider provider : providers) {
            assertThat(world.violations(provider)).isEmpty();
            assertThat(world.checker(provider).losses()).isZero();
        }
        assertThat(connections).allMatch(each -> world.replicas().status(each).equals("active"));
    }

    /** Those at the process in question. */
    private List<Call> calls(long from, long until) {
        return world.history().calls().stream()
                .filter(call -> call.replica().equals(a.name()))
                .filter(call -> call.began() >= from && call.began() < until)
                .toList();
    }
}
