package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.Limits;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that die around the rotation of a refresh token (rows F1 to F15). */
@Tag("chaos")
class DeathIT {

    /** Two seconds are promised; this is a small machine. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(4);

    private static final Duration LEASE_OVER = World.LEASE.plusSeconds(4);
    private static final int RESTARTS = Integer.getInteger("chaos.restarts", World.LONG ? 40 : 4);

    private World world;
    private Replica a;
    private Replica b;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        a = world.a();
        b = world.b();
    }

    @Test
    void F1_killBeforeTheIntentIsCommittedCostsNothing() {
        // Given
        Connected connection = world.expired(world.strict());
        a.network().watch((statement, link) -> {
            if (Statements.isIntent(statement)) {
                world.kill(a);
                link.reset();
            }
        });

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        awaitDeath(a);
        Call second = world.askUntilGranted(b, connection, TAKEN_OVER);

        // Then
        assertThat(first.join().status()).isEqualTo(History.NO_ANSWER);
        assertThat(second.took()).isLessThan(Duration.ofSeconds(2));
        assertThat(world.refreshes(connection)).hasSize(1);
        assertThat(world.violations(world.strict())).isEmpty();
    }

    @Test
    void F2_killBeforeTheProvidersAreAskedIsTakenOver() {
        // Given
        Connected forgiven = world.expired(world.forgiving());
        Connected strict = world.expired(world.strict());
        CountDownLatch asked = new CountDownLatch(2);
        for (Connected each : List.of(forgiven, strict)) {
            each.provider().closeConnections();
            each.provider().onNextAccept(() -> killOnLast(asked));
        }

        // When
        List<CompletableFuture<Call>> first = List.of(world.start(a, forgiven), world.start(a, strict));
        awaitDeath(a);

        // Then
        awaitVersionAfter(1, forgiven, TAKEN_OVER);
        awaitVersionAfter(1, strict, LEASE_OVER);
        assertThat(first).noneMatch(call -> call.join().isGranted());
        for (Connected each : List.of(forgiven, strict)) {
            assertThat(world.ask(b, each).isGranted()).isTrue();
            assertThat(world.violations(each.provider())).isEmpty();
        }
    }

    @Test
    void F3_killBeforeTheProvidersRotateIsTakenOver() {
        // Given
        Connected forgiven = world.expired(world.forgiving());
        Connected strict = world.expired(world.strict());
        CountDownLatch asked = new CountDownLatch(2);
        for (Connected each : List.of(forgiven, strict)) {
            each.provider().next(Endpoint.TOKEN, Script.afterReading(() -> killOnLast(asked)));
        }

        // When
        List<CompletableFuture<Call>> first = List.of(world.start(a, forgiven), world.start(a, strict));
        awaitDeath(a);

        // Then
        awaitVersionAfter(1, forgiven, TAKEN_OVER);
        awaitVersionAfter(1, strict, LEASE_OVER);
        assertThat(first).noneMatch(call -> call.join().isGranted());
        for (Connected each : List.of(forgiven, strict)) {
            assertThat(world.ask(b, each).isGranted()).isTrue();
            assertThat(world.refreshes(each)).extracting(Refresh::outcome).containsExactly("scripted", "granted");
            assertThat(world.violations(each.provider())).isEmpty();
        }
    }

    @Test
    void F4_killAfterRotationWithGraceLosesNothing() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        provider.next(Endpoint.TOKEN, Script.properly(killedWithTheAnswerUnread(a, Excuse.SECOND_ASKER)));

        // When
        world.start(a, connection);
        awaitDeath(a);
        long killed = System.nanoTime();

        // Then
        awaitVersionAfter(1, connection, TAKEN_OVER);
        figure("takeover_ms", (System.nanoTime() - killed) / 1e6);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(world.replicas().status(connection)).isEqualTo("active");
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F5_killAfterRotationWithoutGraceIsLostAndSaidSo() {
        // Given
        ScriptedProvider provider = world.strict();
        Connected connection = world.expired(provider);
        double before = b.metric("grantkeeper_rotation_lost_total");
        provider.next(Endpoint.TOKEN, Script.properly(killedWithTheAnswerUnread(a, Excuse.SECOND_ASKER, Excuse.LOSS)));

        // When
        world.start(a, connection);
        awaitDeath(a);
        Call told = world.askUntil(b, connection, LEASE_OVER, call -> call.status() == 410);

        // Then
        Answer answer = b.agent().get("/api/apps/" + connection.id() + "/token");
        assertThat(told.error()).isEqualTo("connection_error");
        assertThat(answer.text("reason")).isEqualTo("interrupted");
        assertThat(answer.text("authorizeUrl")).isNotEmpty();
        assertThat(b.metric("grantkeeper_rotation_lost_total")).isEqualTo(before + 1);
        assertThat(world.violations(provider)).isEmpty();
        assertThat(world.checker(provider).losses()).isEqualTo(1);
    }

    @Test
    void F6_killAfterTheCommitWasSentAsksNoSecondTime() {
        // Given
        ScriptedProvider provider = world.strict();
        Connected connection = world.expired(provider);
        a.network().watch((statement, link) -> {
            if (Statements.isCommit(statement)) {
                link.loseAnswer(() -> world.kill(a));
            }
        });

        // When
        world.start(a, connection);
        awaitDeath(a);
        Call second = world.askUntilGranted(b, connection, TAKEN_OVER);

        // Then
        assertThat(second.took()).isLessThan(Duration.ofSeconds(2));
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F7_killAfterTheCommitCostsTheAnswerOnly() {
        // Given
        ScriptedProvider provider = world.strict();
        Connected connection = world.expired(provider);
        a.network().watch((statement, link) -> {
            if (Statements.isCommit(statement)) {
                link.onAnswer(a::freeze);
            }
        });

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        awaitVersionAfter(1, connection, TAKEN_OVER);
        world.kill(a);
        Call second = world.ask(b, connection);

        // Then
        assertThat(first.join().isGranted()).isFalse();
        assertThat(second.isGranted()).isTrue();
        assertThat(world.refreshes(connection)).hasSize(1);
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F9_killDuringARemovalLeavesNothingThatAnswers() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.connected(provider);
        provider.next(Endpoint.REVOKE, Script.afterReading(() -> world.kill(a)));

        // When
        CompletableFuture<Answer> removal = a.user().start("DELETE", "/api/apps/" + connection.id(), "");
        awaitDeath(a);
        Call after = world.askUntil(b, connection, Duration.ofSeconds(10), call -> call.status() == 404);

        // Then
        assertThat(removal).failsWithin(Duration.ofSeconds(5));
        assertThat(after.status()).isEqualTo(404);
        assertThat(world.replicas().status(connection)).isEmpty();
        assertThat(world.replicas()
                        .database()
                        .ask("select count(*) from revocation_outbox where provider = 'forgiving'"))
                .containsExactly("1");
        if (World.LONG) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !provider.knows(connection.subject()));
        }
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F11_rollingRestartsUnderLoadLoseNothing() {
        // Given
        ScriptedProvider provider = world.strict();
        provider.lifetime(Duration.ofSeconds(4));
        provider.always(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(150))));
        List<Connected> connections = world.connected(provider, 10);

        // When
        try (Load load = Load.of(world, connections, 8, Duration.ofMillis(50))) {
            for (int i = 0; i < RESTARTS; i++) {
                Replica replica = world.replicas().get(i % 2);
                world.history().fault("SIGTERM of " + replica, java.util.Set.of());
                replica.terminate();
                replica.start();
                await().until(replica::isReady);
            }
        }

        // Then
        figure("rolling_restarts", RESTARTS);
        figure("rolling_restart_calls", world.history().calls().size());
        figure("rolling_restart_lost", world.checker(provider).losses());
        assertThat(world.violations(provider)).isEmpty();
        assertThat(world.checker(provider).losses()).isZero();
        assertThat(connections).allMatch(each -> world.replicas().status(each).equals("active"));
        // Nobody is turned away; on a busy machine a replica that has just started may need longer than the deadline
        // here.
        assertThat(world.history().calls())
                .filteredOn(call -> call.status() >= 500 && call.took().compareTo(World.CALLER_DEADLINE) < 0)
                .isEmpty();
    }

    @Test
    void F12_aZombiesSuccessComesTooLateToMatter() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        CountDownLatch frozen = new CountDownLatch(1);
        provider.next(
                Endpoint.TOKEN,
                Script.properly(Delivery.between(
                        () -> {
                            a.freeze();
                            world.history().fault("SIGSTOP of a", java.util.Set.of(Excuse.SECOND_ASKER));
                        },
                        frozen::countDown)));

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        await().until(() -> frozen.getCount() == 0);
        awaitVersionAfter(1, connection, LEASE_OVER);
        Call meanwhile = world.ask(b, connection);
        a.thaw();
        Call awake = world.askUntilGranted(a, connection, TAKEN_OVER);

        // Then
        assertThat(meanwhile.isGranted()).isTrue();
        assertThat(awake.token()).isEqualTo(meanwhile.token());
        assertThat(first.join().took()).isLessThan(LEASE_OVER.plusSeconds(10));
        assertThat(world.replicas().version(connection)).isEqualTo(2);
        assertThat(world.replicas().status(connection)).isEqualTo("active");
        world.replicas().expire(connection);
        assertThat(world.askUntilGranted(a, connection, TAKEN_OVER).isGranted()).isTrue();
    }

    @Test
    void F12_aZombiesRefusalIsNotHeard() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        CountDownLatch frozen = new CountDownLatch(1);
        provider.next(
                Endpoint.TOKEN,
                exchange -> exchange.answer(
                        400,
                        "application/json",
                        "{\"error\": \"invalid_grant\"}",
                        Delivery.between(a::freeze, frozen::countDown)));

        // When
        world.start(a, connection);
        await().until(() -> frozen.getCount() == 0);
        awaitVersionAfter(1, connection, LEASE_OVER);
        a.thaw();
        Call awake = world.askUntilGranted(a, connection, TAKEN_OVER);

        // Then
        assertThat(awake.isGranted()).isTrue();
        assertThat(world.replicas().status(connection)).isEqualTo("active");
    }

    /** As long a part of the lease as 15 seconds are of one that is not shortened for tests. */
    private static final Duration STALL = World.LEASE.multipliedBy(15).dividedBy(35);

    /**
     * A process in which nothing runs, with the answer in its socket's buffer: what a blocked event loop looks like from
     * outside, and a long collection, and a machine that is moved. Its connections stay open, so it counts as alive.
     */
    @Test
    void F13_aStallWithinTheLeaseCostsNothingEvenWithoutGrace() {
        // Given
        ScriptedProvider provider = world.strict();
        Connected connection = world.expired(provider);
        CountDownLatch frozen = new CountDownLatch(1);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.between(a::freeze, frozen::countDown)));

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        await().until(() -> frozen.getCount() == 0);
        CompletableFuture<Call> meanwhile = world.start(b, connection);
        Pause.of(STALL);
        a.thaw();
        world.history().fault("SIGSTOP of a for " + STALL, java.util.Set.of());
        Call awake = world.askUntilGranted(a, connection, TAKEN_OVER);

        // Then
        assertThat(world.askUntilGranted(b, connection, TAKEN_OVER).token()).isEqualTo(awake.token());
        assertThat(meanwhile.join().status()).isIn(200, 503);
        assertThat(first.join().status()).isIn(200, 503);
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(provider)).isEmpty();
    }

    /** A process that gets a tenth of the time: a collector at its limit, a throttled container. Too slow to be of use. */
    @Test
    void F13_aProcessThatHardlyRunsLosesNothing() {
        // Given
        ScriptedProvider provider = world.forgiving();
        provider.lifetime(Duration.ofSeconds(4));
        List<Connected> connections = world.connected(provider, 6);
        long began = System.nanoTime();

        // When
        try (Load load = Load.of(world, connections, 6, Duration.ofMillis(50))) {
            for (int i = 0; i < 15; i++) {
                a.freeze();
                Pause.of(Duration.ofMillis(900));
                a.thaw();
                Pause.of(Duration.ofMillis(100));
            }
            world.history()
                    .add(new Fault(
                            "a stutters",
                            began,
                            System.nanoTime(),
                            java.util.Set.of(Excuse.SECOND_ASKER),
                            Optional.of(Duration.ofSeconds(5))));
            Pause.of(Duration.ofSeconds(5));
        }

        // Then
        assertAllLive(connections, provider);
    }

    /**
     * What a container's memory limit does: no more is to be had, then the kernel kills. The first is a limit of the address
     * space here, of which the JVM may die by itself, at its next thread or larger heap.
     */
    @Test
    void F13_aProcessThatIsKilledForItsMemoryLosesNothing() {
        // Given
        ScriptedProvider provider = world.forgiving();
        provider.lifetime(Duration.ofSeconds(4));
        List<Connected> connections = world.connected(provider, 6);
        long began = System.nanoTime();

        // When
        try (Load load = Load.of(world, connections, 6, Duration.ofMillis(50))) {
            Limits.noMoreMemory(a.process().processId());
            Pause.of(Duration.ofSeconds(5));
            a.kill();
            awaitDeath(a);
            world.history()
                    .add(new Fault(
                            "a out of memory",
                            began,
                            System.nanoTime(),
                            java.util.Set.of(Excuse.SECOND_ASKER),
                            Optional.of(Duration.ofSeconds(5))));
            Pause.of(Duration.ofSeconds(5));
            a.start();
        }

        // Then
        assertAllLive(connections, provider);
    }

    private void assertAllLive(List<Connected> connections, ScriptedProvider provider) {
        assertThat(world.violations(provider)).isEmpty();
        assertThat(world.checker(provider).losses()).isZero();
        assertThat(connections)
                .allMatch(each -> world.replicas().status(each).equals("active"))
                .allMatch(each -> world.askUntilGranted(a, each, TAKEN_OVER).isGranted());
    }

    @Test
    void F14_bothKilledTogetherAreFinishedBeforeTheNextIsReady() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.between(a::freeze, () -> {
            world.kill(b, Excuse.SECOND_ASKER);
            world.kill(a, Excuse.SECOND_ASKER);
        })));

        // When
        world.start(a, connection);
        awaitDeath(a);
        awaitDeath(b);
        b.start();

        // Then
        assertThat(world.replicas().version(connection)).isEqualTo(2);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F14_bothKilledWhereNothingRotatesAreFinishedAtOnce() {
        assumeTrue(World.LONG, "one of two that are alike");

        // Given
        ScriptedProvider provider = world.steady();
        provider.rotate(Rotation.none());
        Connected connection = world.expired(provider);
        provider.next(Endpoint.TOKEN, Script.afterReading(() -> {
            world.kill(b, Excuse.SECOND_ASKER);
            world.kill(a, Excuse.SECOND_ASKER);
        }));

        // When
        world.start(a, connection);
        awaitDeath(a);
        awaitDeath(b);
        a.start();

        // Then
        assertThat(world.askUntilGranted(a, connection, TAKEN_OVER).isGranted()).isTrue();
        assertThat(world.violations(provider)).isEmpty();
    }

    /** Kills when everybody was asked that is to be asked; the others wait for it. */
    private void killOnLast(CountDownLatch asked) {
        asked.countDown();
        try {
            asked.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        world.kill(a, Excuse.SECOND_ASKER);
    }

    private Delivery killedWithTheAnswerUnread(Replica replica, Excuse... excuses) {
        return Delivery.between(replica::freeze, () -> world.kill(replica, excuses));
    }

    private static void awaitDeath(Replica replica) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !replica.isRunning());
    }

    private void awaitVersionAfter(long version, Connected connection, Duration patience) {
        await().atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> world.replicas().version(connection) > version);
    }

    private static void figure(String name, double value) {
        System.out.printf("figure %s %.1f%n", name, value);
    }
}
