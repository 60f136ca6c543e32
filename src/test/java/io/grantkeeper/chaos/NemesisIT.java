package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All kinds of faults one after the other, under load, judged in the end. */
@Tag("chaos")
class NemesisIT {

    private static final int ROUNDS = Integer.getInteger("chaos.rounds", World.LONG ? 60 : 7);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration BACK = Duration.ofSeconds(8);

    private World world;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
    }

    @Test
    void nothingIsLostThatCouldBeKept() {
        // Given
        List<ScriptedProvider> providers = List.of(world.forgiving(), world.strict());
        List<Connected> connections = new ArrayList<>();
        for (ScriptedProvider provider : providers) {
            provider.lifetime(Duration.ofSeconds(6));
            well(provider);
            connections.addAll(world.connected(provider, 8));
        }

        // When
        try (Load load = Load.of(world, connections, 8, Duration.ofMillis(60))) {
            nemesis(providers).run(ROUNDS);
            Pause.of(World.LEASE);
        }

        // Then
        for (ScriptedProvider provider : providers) {
            Checker checker = world.checker(provider);
            System.out.printf(
                    "figure nemesis_%s calls=%d faults=%d lost=%d%n",
                    provider.id(),
                    world.history().calls().size(),
                    world.history().faults().size(),
                    checker.losses());
            assertThat(checker.violations()).isEmpty();
        }
        assertThat(world.checker(world.forgiving()).losses()).isZero();
        assertThat(connections)
                .filteredOn(each -> world.replicas().status(each).equals("active"))
                .hasSizeGreaterThanOrEqualTo(8)
                .allMatch(each -> world.askUntilGranted(world.a(), each, BACK).isGranted());
    }

    private static void well(ScriptedProvider provider) {
        provider.always(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(100))));
    }

    private Nemesis nemesis(List<ScriptedProvider> providers) {
        Replica a = world.a();
        Replica b = world.b();
        Set<Excuse> none = Set.of();
        Set<Excuse> death = Set.of(Excuse.SECOND_ASKER, Excuse.LOSS);
        return new Nemesis(world.history(), QUIET)
                .knows("kill -9 of a", death, Duration.ofSeconds(1), Duration.ZERO, a::kill, a::start)
                .knows(
                        "restart of PostgreSQL",
                        none,
                        Duration.ofSeconds(1),
                        BACK,
                        world.postgres()::stopImmediately,
                        world.postgres()::start)
                .knows(
                        "b cut off from PostgreSQL",
                        Set.of(Excuse.SECOND_ASKER),
                        Duration.ofSeconds(3),
                        BACK,
                        b.network()::cut,
                        b.network()::pass)
                .knows(
                        "providers down",
                        none,
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        () -> providers.forEach(each -> each.always(Endpoint.TOKEN, Script.json(503, ""))),
                        () -> providers.forEach(NemesisIT::well))
                .knows("SIGTERM of b", none, Duration.ofSeconds(1), Duration.ZERO, b::terminate, b::start)
                .knows(
                        "slow network of a",
                        none,
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        () -> a.network().delay(Duration.ofMillis(100)),
                        a.network()::pass)
                .knows("freeze of b", death, Duration.ofSeconds(4), BACK, b::freeze, b::thaw);
    }
}
