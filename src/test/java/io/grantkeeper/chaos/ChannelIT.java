package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.Checker.Violation;
import io.grantkeeper.chaos.History.Breakdown;
import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Deletion;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What replicas tell each other, what they do not hear, and many callers at once (rows F33 to F45, F61, F64, F65). */
@Tag("chaos")
class ChannelIT {

    /** The sessions by which replicas listen hold their signs of life, too. */
    private static final String LISTENERS = """
            select pid::text from pg_locks
            where locktype = 'advisory' and granted
                and database = (select oid from pg_database where datname = current_database())
            """;

    private static final int CALLERS = World.LONG ? 1_000 : 200;
    private static final int ROUNDS = World.LONG ? 100 : 3;

    private World world;
    private Replica a;
    private Replica b;
    private ScriptedProvider strict;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        a = world.a();
        b = world.b();
        strict = world.strict();
    }

    @Test
    void F33_aListenerThatIsClosedComesBackAndMissesNothing() {
        // Given
        Connected connection = remembered();
        await().atMost(Duration.ofSeconds(10)).until(() -> listeners().size() >= 2);
        List<String> before = listeners();

        // When
        endListeners();
        delete(connection, b);

        // Then
        world.askUntil(a, connection, Duration.ofSeconds(3), call -> call.status() == 404);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> listeners().size() >= 2 && listeners().stream().noneMatch(before::contains));
        Connected next = remembered();
        delete(next, b);
        world.askUntil(a, next, Duration.ofSeconds(2), call -> call.status() == 404);
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F33_aHolderWhoseListenerIsClosedIsNotTakenForDead() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        CountDownLatch released = new CountDownLatch(1);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.when(released)));

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        await().until(() -> world.refreshes(connection).size() == 1);
        endListeners();
        Pause.of(Duration.ofMillis(1_500));
        released.countDown();

        // Then
        assertThat(first.join().isGranted()).isTrue();
        assertThat(world.refreshes(connection)).hasSize(1);
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F34_F35_aListenerThatHearsNothingStopsBeingBelieved() {
        // Given
        Connected connection = remembered();
        assertThat(a.network().stallWhere(Statements.LISTEN)).isEqualTo(1);
        world.history().fault("a hears nothing", Set.of());

        // When
        delete(connection, b);

        // Then
        world.askUntil(a, connection, Duration.ofSeconds(10), call -> call.status() == 404);
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F36_whatWasToldWhileNobodyListenedIsNotBelieved() {
        // Given
        Connected connection = remembered();

        // When
        a.network().cut();
        delete(connection, b);
        Pause.of(Duration.ofSeconds(1));
        a.network().pass();
        world.history().fault("a cut off", Set.of());

        // Then
        world.askUntil(a, connection, Duration.ofSeconds(10), call -> call.status() == 404);
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F35_aReplicaThatIsCutOffAnswersADeletedTokenForTenSecondsAtMost() {
        // Given
        Connected connection = remembered();
        a.network().stall();
        world.history().fault("a split off", Set.of());

        // When
        delete(connection, b);
        Pause.of(Duration.ofMillis(9_800));
        Call after = world.ask(a, connection);

        // Then
        assertThat(after.isGranted()).as(after::toString).isFalse();
        assertThat(after.took()).isLessThan(Duration.ofSeconds(12));
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F37_aFullQueueOfNoticesKeepsNobodyFromTokensOrDeletions() {
        try (CrowdedQueue queue = CrowdedQueue.on(world.postgres())) {
            // Given
            awaitChannels();
            Connected deleted = remembered();
            Connected here = world.expired(strict);
            Connected there = world.expired(strict);
            grantedOtherwise(there);
            queue.fill();
            world.history().fault("queue of notices full", Set.of());

            // When
            Call first = world.ask(a, here);
            Call second = world.ask(b, there);
            delete(deleted, b);

            // Then
            assertThat(List.of(first, second)).allMatch(Call::isGranted);
            assertThat(List.of(first, second)).allMatch(call -> call.took().compareTo(World.CALLER_DEADLINE) < 0);
            assertThat(world.replicas().version(here)).isEqualTo(2);
            assertThat(world.replicas().version(there)).isEqualTo(2);
            world.askUntil(a, deleted, Duration.ofSeconds(10), call -> call.status() == 404);
        }
        awaitChannels();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F37_aNoticeThatWouldNotFitIsFoundWithTheNextSign() {
        try (CrowdedQueue queue = CrowdedQueue.on(world.postgres())) {
            // Given
            awaitChannels();
            Connected connection = remembered();
            queue.fillTo(0.91);
            world.history().fault("queue of notices nearly full", Set.of());
            double losses = a.metric("grantkeeper_channel_losses_total");

            // When
            delete(connection, b);

            // Then
            world.askUntil(a, connection, Duration.ofSeconds(10), call -> call.status() == 404);
            assertThat(a.metric("grantkeeper_channel_up")).isEqualTo(1);
            assertThat(a.metric("grantkeeper_channel_losses_total")).isEqualTo(losses);
        }
        awaitChannels();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F42_aThousandCallersOnTwoReplicasCauseOneRefresh() {
        // Given
        Connected connection = world.connected(strict);
        world.history().fault("expiry under load", Set.of());
        strict.always(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(200))));

        for (int round = 0; round < ROUNDS; round++) {
            // When
            world.replicas().expire(connection);
            List<CompletableFuture<Call>> calls = IntStream.range(0, CALLERS)
                    .mapToObj(each -> world.start(each % 2 == 0 ? a : b, connection))
                    .toList();

            // Then
            assertThat(calls).allMatch(call -> call.join().isGranted());
            assertThat(calls.stream().map(call -> call.join().token()).distinct())
                    .hasSize(1);
            assertThat(world.refreshes(connection)).hasSize(round + 1);
        }
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F43_callersThatHangUpCancelNothing() {
        // Given
        Connected connection = world.expired(strict);
        CountDownLatch released = new CountDownLatch(1);
        strict.next(Endpoint.TOKEN, Script.properly(Delivery.when(released)));
        world.history().fault("callers hang up", Set.of());

        // When
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 5)
                .mapToObj(each -> (each % 2 == 0 ? a : b)
                        .agent()
                        .startCancellable("GET", "/api/apps/" + connection.id() + "/token"))
                .toList();
        await().until(() -> world.refreshes(connection).size() == 1);
        calls.forEach(call -> call.cancel(true));
        Pause.of(Duration.ofMillis(300));
        released.countDown();

        // Then
        await().atMost(Duration.ofSeconds(3)).until(() -> world.replicas().version(connection) == 2);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F44_aFailureIsEverybodysWhoWaited() {
        // Given
        ScriptedProvider provider = world.own();
        Connected connection = world.expired(provider);
        world.history().fault("provider fails", Set.of());
        provider.always(
                Endpoint.TOKEN,
                exchange -> exchange.answer(503, "text/plain", "come again", Delivery.after(Duration.ofMillis(300))));

        // When
        List<CompletableFuture<Call>> calls = IntStream.range(0, 60)
                .mapToObj(each -> world.start(each % 2 == 0 ? a : b, connection))
                .toList();

        // Then
        assertThat(calls).allMatch(call -> call.join().status() == 503);
        assertThat(world.refreshes(connection)).hasSize(1);
        provider.reset();
        world.askUntilGranted(a, connection, Duration.ofSeconds(10));
    }

    @Test
    void F45_aStormOfAgentsIsNoneForTheProvider() {
        // Given
        ScriptedProvider provider = world.own();
        List<Connected> connections = world.connected(provider, 10);
        connections.forEach(world.replicas()::expire);
        world.history().fault("provider away", Set.of());
        provider.always(Endpoint.TOKEN, Script.json(503, "{\"error\": \"temporarily_unavailable\"}"));
        int before = provider.log().refreshes().size();

        // When
        try (Load load = Load.of(world, connections, 20, Duration.ofMillis(10))) {
            Pause.of(Duration.ofSeconds(2));
            long broken = System.nanoTime();
            Pause.of(Duration.ofSeconds(World.LONG ? 60 : 14));
            world.history().add(new Breakdown(broken, System.nanoTime(), World.PROBE_EVERY.minusMillis(500)));
        }
        int probes = provider.log().refreshes().size() - before;

        // Then
        figure("storm_calls", world.history().calls().size());
        figure("storm_probes", probes);
        assertThat(world.history().calls())
                .hasSizeGreaterThan(500)
                .allMatch(call -> call.status() == 503 || call.status() == 429);
        // A few before each replica's breaker has seen enough, and then one for both now and then.
        assertThat(probes).isLessThan(25);
        assertThat(world.violations(provider)).isEmpty();
        assertThat(connections).allMatch(each -> world.replicas().status(each).equals("active"));
    }

    @Test
    void F61_aTokenThatARefreshHasEndedIsAnsweredByNobody() {
        // Given
        ScriptedProvider ending = world.ending();
        List<Connected> connections = world.connected(ending, 8);
        connections.forEach(each -> assertThat(world.ask(a, each).isGranted()).isTrue());
        connections.forEach(each -> assertThat(world.ask(b, each).isGranted()).isTrue());
        world.history().fault("tokens end early", Set.of());

        for (Connected each : connections) {
            // When
            Call forced = world.history()
                    .ask(a.name(), each.id(), "/api/apps/" + each.id() + "/token?refresh=true", a.agent());

            // Then
            assertThat(forced.isGranted()).as(forced::toString).isTrue();
            world.askUntil(b, each, Duration.ofSeconds(1), call -> call.token().equals(forced.token()));
            assertThat(world.refreshes(each)).hasSize(1);
        }
        List<Violation> late = world.violations(ending);
        figure("ended_tokens_answered", late.size());
        // What b is told comes a moment after a has answered, and that moment is all there is.
        assertThat(late)
                .allMatch(violation -> violation.invariant().equals("I4"))
                .hasSizeLessThan(connections.size());
        connections.forEach(each -> assertThat(world.ask(b, each).token())
                .isEqualTo(world.refreshes(each).getFirst().accessToken()));
    }

    @Test
    void F64_aRevocationThatHangsHoldsNobodyUp() {
        // Given
        ScriptedProvider provider = world.own();
        Connected connection = world.connected(provider);
        provider.always(Endpoint.REVOKE, Script.hang());

        // When
        long began = System.nanoTime();
        Answer answer = a.user().delete("/api/apps/" + connection.id());
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        provider.reset();

        // Then
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Grantkeeper-Revocation")).contains("pending");
        assertThat(took).isLessThan(Duration.ofMillis(3_500));
    }

    @Test
    void F65_aProviderThatHangsIsNoOthersTrouble() {
        // Given
        ScriptedProvider provider = world.own();
        List<Connected> hanging = world.connected(provider, World.LONG ? 200 : 80);
        List<Connected> fine = world.connected(strict, 10);
        hanging.forEach(each -> expireQuietly(each));
        provider.always(Endpoint.TOKEN, Script.hang());
        world.history().fault("provider hangs", Set.of());

        // When
        List<CompletableFuture<Call>> waiting =
                hanging.stream().map(each -> world.start(a, each)).toList();
        await().until(() -> provider.log().refreshes().size() > hanging.size());
        List<Call> others = IntStream.range(0, 5)
                .boxed()
                .flatMap(round -> fine.stream().map(each -> {
                    world.replicas().expire(each);
                    return world.ask(a, each);
                }))
                .toList();

        // Then
        assertThat(others).allMatch(Call::isGranted);
        assertThat(others).allMatch(call -> call.took().compareTo(Duration.ofSeconds(1)) < 0);
        assertThat(waiting).allMatch(call -> call.join().status() == 503);
        assertThat(waiting).allMatch(call -> call.join().took().compareTo(World.CALLER_DEADLINE.plusSeconds(2)) < 0);
        provider.reset();
        assertThat(world.violations(strict)).isEmpty();
    }

    /** One whose token both replicas have answered, so that they may remember it. */
    private Connected remembered() {
        Connected connection = world.connected(strict);
        assertThat(world.ask(a, connection).isGranted()).isTrue();
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        return connection;
    }

    /** As if it had been granted less: the refresh that brings more changes the connection itself, which tells of it. */
    private void grantedOtherwise(Connected connection) {
        world.replicas()
                .database()
                .execute("update connection set granted_scopes = '{read}' where id = ?::uuid", connection.id());
    }

    private void awaitChannels() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> a.metric("grantkeeper_channel_up") == 1 && b.metric("grantkeeper_channel_up") == 1);
    }

    private void delete(Connected connection, Replica replica) {
        Answer answer = replica.user().delete("/api/apps/" + connection.id());
        world.history().add(new Deletion(connection.id(), System.nanoTime()));
        assertThat(answer.status()).isEqualTo(204);
    }

    private void expireQuietly(Connected connection) {
        world.replicas()
                .database()
                .execute(
                        "update credential set access_expires_at = clock_timestamp() - interval '1 second'"
                                + " where connection_id = ?::uuid",
                        connection.id());
        world.replicas().database().ask("select pg_notify('grantkeeper', ?)", "changed " + connection.id());
    }

    private void endListeners() {
        world.replicas()
                .database()
                .ask("select pg_terminate_backend(listener.pid::int)::text from (" + LISTENERS + ") listener");
        world.history().fault("listeners ended", Set.of());
    }

    private List<String> listeners() {
        return world.replicas().database().ask(LISTENERS);
    }

    private static void figure(String name, double value) {
        System.out.printf("figure %s %.1f%n", name, value);
    }
}
