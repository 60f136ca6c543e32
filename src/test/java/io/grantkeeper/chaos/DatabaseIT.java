package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.Problems;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PostgreSQL that goes away, comes back, hangs and refuses (rows F16 to F30). */
@Tag("chaos")
class DatabaseIT {

    private static final Duration BACK = Duration.ofSeconds(5);
    private static final int RESTARTS = Integer.getInteger("chaos.database.restarts", World.LONG ? 10 : 3);

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
    void F16_aRotatedTokenInHandOutlivesAnOutage() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        strict.next(Endpoint.TOKEN, Script.properly(Delivery.between(world.postgres()::stopImmediately, () -> {})));

        // When
        Call during = world.ask(a, connection);
        Pause.of(Duration.ofSeconds(World.LONG ? 60 : 3));
        world.postgres().start();
        fault("PostgreSQL away with a token in hand", began, BACK);

        // Then
        assertThat(during.isGranted()).as(during::toString).isTrue();
        await().atMost(BACK).until(() -> world.replicas().version(connection) == 2);
        assertThat(world.askUntilGranted(b, connection, BACK).token()).isEqualTo(during.token());
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F16_aRotatedTokenInHandIsWrittenBeforeAnOrderlyEnd() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        strict.next(Endpoint.TOKEN, Script.properly(Delivery.between(world.postgres()::stopImmediately, () -> {})));

        // When
        Call during = world.ask(a, connection);
        CompletableFuture<Integer> end = world.run(a::terminate);
        Pause.of(Duration.ofSeconds(3));
        world.postgres().start();
        fault("PostgreSQL away at a SIGTERM", began, Duration.ZERO);
        end.join();

        // Then
        assertThat(during.isGranted()).as(during::toString).isTrue();
        assertThat(world.replicas().version(connection)).isEqualTo(2);
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F17_aHolderThatDiesDuringTheOutageIsReplacedWithinTheGrace() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);

        // When
        Call during = askedAndKilledDuringAnOutage(connection, Set.of(Excuse.SECOND_ASKER));
        await().atMost(World.GRACE).until(() -> world.replicas().version(connection) == 2);
        Call after = world.askUntilGranted(b, connection, BACK);

        // Then
        assertThat(during.isGranted()).as(during::toString).isTrue();
        assertThat(after.isGranted()).as(after::toString).isTrue();
        assertThat(world.replicas().status(connection)).isEqualTo("active");
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F17_aHolderThatDiesDuringTheOutageTakesItAlongWithoutGraceAndThatIsSaid() {
        // Given
        Connected connection = world.expired(strict);
        double before = b.metric("grantkeeper_rotation_lost_total");

        // When
        Call during = askedAndKilledDuringAnOutage(connection, Set.of(Excuse.SECOND_ASKER, Excuse.LOSS));
        Call told = world.askUntil(b, connection, World.GRACE, call -> call.status() == 410);

        // Then
        assertThat(during.isGranted()).as(during::toString).isTrue();
        assertThat(told.error()).isEqualTo("connection_error");
        assertThat(b.agent().get("/api/apps/" + connection.id() + "/token").text("reason"))
                .isEqualTo("interrupted");
        assertThat(b.metric("grantkeeper_rotation_lost_total")).isEqualTo(before + 1);
        assertThat(world.violations(strict)).isEmpty();
        assertThat(world.checker(strict).losses()).isEqualTo(1);
    }

    /** The answer is here and given to the caller, and cannot be written; then its only holder dies. */
    private Call askedAndKilledDuringAnOutage(Connected connection, Set<Excuse> excuses) {
        long began = System.nanoTime();
        connection
                .provider()
                .next(Endpoint.TOKEN, Script.properly(Delivery.between(world.postgres()::stopImmediately, () -> {})));
        Call during = world.ask(a, connection);
        a.kill();
        await().until(() -> !a.isRunning());
        world.postgres().start();
        world.history()
                .add(new Fault("PostgreSQL away and a killed", began, System.nanoTime(), excuses, Optional.empty()));
        return during;
    }

    @Test
    void F18_withoutADurableIntentNoProviderIsAsked() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        world.postgres().stopImmediately();

        // When
        Call during = world.ask(a, connection);
        world.postgres().start();
        fault("PostgreSQL away", began, BACK);
        Call after = world.askUntilGranted(a, connection, BACK);

        // Then
        assertThat(during.status()).isEqualTo(503);
        assertThat(during.took()).isLessThan(Duration.ofSeconds(3));
        assertThat(after.isGranted()).isTrue();
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F19_immediateRestartsUnderLoadLoseNothing() {
        // Given
        strict.lifetime(Duration.ofSeconds(4));
        strict.always(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(150))));
        List<Connected> connections = world.connected(strict, 10);

        // When
        try (Load load = Load.of(world, connections, 8, Duration.ofMillis(50))) {
            for (int i = 0; i < RESTARTS; i++) {
                Pause.of(Duration.ofSeconds(2));
                long began = System.nanoTime();
                world.postgres().stopImmediately();
                world.postgres().start();
                fault("restart of PostgreSQL", began, BACK.plusSeconds(2));
            }
            Pause.of(World.LEASE.plusSeconds(2));
        }

        // Then
        figure("database_restart_lost", world.checker(strict).losses());
        assertThat(world.violations(strict)).isEmpty();
        assertThat(connections)
                .allMatch(each -> world.askUntilGranted(a, each, BACK).isGranted());
    }

    @Test
    void F20_aHolderThatIsCutOffIsReplacedAndComesTooLate() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        CountDownLatch released = new CountDownLatch(1);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.when(released)));

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        await().until(() -> world.refreshes(connection).size() == 1);
        long began = System.nanoTime();
        a.network().cut();
        Call second = world.askUntilGranted(b, connection, World.LEASE.plusSeconds(4));
        released.countDown();
        first.join();
        a.network().pass();
        world.history()
                .add(new Fault("a cut off", began, System.nanoTime(), Set.of(Excuse.SECOND_ASKER), Optional.of(BACK)));

        // Then
        Call late = world.askUntilGranted(a, connection, BACK);
        assertThat(late.token()).isEqualTo(second.token());
        assertThat(world.replicas().version(connection)).isEqualTo(2);
        assertThat(world.violations(provider)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void F22_aLostAcknowledgementIsLookedUp(boolean happened) {
        // Given
        Connected connection = world.expired(strict);
        CountDownLatch once = new CountDownLatch(1);
        a.network().watch((statement, link) -> {
            if (Statements.isCommit(statement) && once.getCount() > 0) {
                once.countDown();
                world.history().fault("acknowledgement lost", Set.of());
                if (happened) {
                    link.loseAnswer(() -> {});
                } else {
                    link.reset();
                }
            }
        });

        // When
        Call call = world.ask(a, connection);

        // Then
        assertThat(once.getCount()).isZero();
        assertThat(call.isGranted()).as(call::toString).isTrue();
        await().atMost(BACK).until(() -> world.replicas().version(connection) == 2);
        assertThat(world.askUntilGranted(b, connection, BACK).token()).isEqualTo(call.token());
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F23_aRowThatSomebodyLocksBeforeTheIntentIsWaitedForNotAskedFor() throws SQLException {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();

        // When
        Call during;
        try (Connection lock = locked(connection)) {
            during = world.ask(a, connection);
            lock.rollback();
        }
        fault("row locked", began, BACK);

        // Then
        assertThat(during.status()).as(during::toString).isEqualTo(503);
        assertThat(world.askUntilGranted(a, connection, BACK).isGranted()).isTrue();
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F23_aRowThatSomebodyLocksAfterTheRotationCostsNothing() throws Exception {
        // Given
        Connected connection = world.expired(strict);
        CompletableFuture<Connection> lock = new CompletableFuture<>();
        strict.next(
                Endpoint.TOKEN, Script.properly(Delivery.between(() -> lock.complete(locked(connection)), () -> {})));
        long began = System.nanoTime();

        // When
        CompletableFuture<Call> first = world.start(a, connection);
        Connection locked = lock.get();
        Pause.of(Duration.ofSeconds(World.LONG ? 20 : 4));
        locked.rollback();
        locked.close();
        fault("row locked with a token in hand", began, BACK);

        // Then
        await().atMost(BACK).until(() -> world.replicas().version(connection) == 2);
        assertThat(first.join().took()).isLessThan(Duration.ofSeconds(12));
        assertThat(world.askUntilGranted(b, connection, BACK).isGranted()).isTrue();
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F24_aDatabaseWithoutFreeConnectionsStillTakesTokens() throws SQLException {
        // Given
        Connected connection = world.expired(strict);
        world.ask(a, world.expired(strict));
        List<Connection> idle = new ArrayList<>();
        long began = System.nanoTime();

        // When
        Call during;
        try {
            fill(idle);
            during = world.ask(a, connection);
        } finally {
            for (Connection each : idle) {
                each.close();
            }
        }
        fault("all connections taken", began, BACK);

        // Then
        assertThat(idle).hasSizeGreaterThan(10);
        assertThat(during.isGranted()).as(during::toString).isTrue();
        assertThat(world.askUntilGranted(b, connection, BACK).isGranted()).isTrue();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F25_aDatabaseThatCannotWriteItsLogTakesTheTokenWhenItCan() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        strict.next(Endpoint.TOKEN, Script.properly(Delivery.between(world.postgres()::fillDisk, () -> {})));

        // When
        Call during = world.ask(a, connection);
        await().atMost(BACK).until(() -> !world.postgres().isRunning());
        Pause.of(Duration.ofSeconds(World.LONG ? 60 : 3));
        Call later = world.ask(a, connection);
        world.postgres().makeRoom();
        fault("disk full with a token in hand", began, BACK);

        // Then
        assertThat(during.isGranted()).as(during::toString).isTrue();
        assertThat(later.status()).as(later::toString).isIn(200, 503);
        await().atMost(BACK).until(() -> world.replicas().version(connection) == 2);
        assertThat(world.askUntilGranted(b, connection, BACK).token()).isEqualTo(during.token());
        assertThat(world.refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.replicas().status(connection)).isEqualTo("active");
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F26_aDatabaseThatOnlyReadsKeepsTheProviderUnasked() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        world.postgres().readOnly(true);
        Pause.of(Duration.ofMillis(200));

        // When
        Call during = world.ask(a, connection);
        world.postgres().readOnly(false);
        fault("read-only", began, BACK);

        // Then
        assertThat(during.status()).as(during::toString).isEqualTo(503);
        assertThat(world.refreshes(connection)).isEmpty();
        assertThat(world.askUntilGranted(a, connection, BACK).isGranted()).isTrue();
        assertThat(world.violations(strict)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set_byte(sealed_refresh, length(sealed_refresh) - 1, get_byte(sealed_refresh, length(sealed_refresh) - 1) # 1)",
                "substr(sealed_refresh, 1, 20)",
                "'\\x'::bytea"
            })
    void F29_aRowThatDoesNotOpenIsTheOperatorsMatter(String corrupted) {
        // Given
        Connected broken = world.expired(strict);
        Connected other = world.expired(strict);
        world.replicas()
                .database()
                .execute(
                        "update credential set sealed_refresh = " + corrupted + " where connection_id = ?::uuid",
                        broken.id());
        world.history().fault("ciphertext corrupted", Set.of());

        // When
        Call call = world.ask(a, broken);

        // Then
        Problems.assertProblem(
                a.agent().get("/api/apps/" + broken.id() + "/token"), 503, "refresh_unavailable", "contact_operator");
        assertThat(call.status()).isEqualTo(503);
        assertThat(world.replicas().status(broken)).isEqualTo("active");
        assertThat(world.refreshes(broken)).isEmpty();
        assertThat(world.ask(a, other).isGranted()).isTrue();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void F30_aSlowDatabaseIsNoReasonToWaitForEver() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        a.network().delay(Duration.ofMillis(World.LONG ? 2_000 : 300));

        // When
        Call during = world.ask(a, connection);
        a.network().pass();
        fault("slow PostgreSQL", began, BACK);

        // Then
        assertThat(during.took()).isLessThan(Duration.ofSeconds(12));
        await().atMost(World.LEASE.plusSeconds(4)).until(() -> world.replicas().version(connection) == 2);
        assertThat(world.askUntilGranted(b, connection, BACK).isGranted()).isTrue();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void aDatabaseThatAcceptsAndSaysNothingIsAnsweredInTime() {
        // Given
        Connected connection = world.expired(strict);
        long began = System.nanoTime();
        world.postgres().freeze();

        // When
        Call during = world.ask(a, connection);
        world.postgres().thaw();
        fault("PostgreSQL frozen", began, BACK.plus(BACK));

        // Then
        assertThat(during.status()).as(during::toString).isEqualTo(503);
        assertThat(during.took()).isLessThan(Duration.ofSeconds(12));
        assertThat(world.askUntilGranted(a, connection, BACK.plus(BACK)).isGranted())
                .isTrue();
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void I2_wordsThatAreNeverTakenDoNotCostTheTokenThatCameWithThem() {
        // Given
        Connected connection = world.expired(strict);
        strict.answerBesides("bearer", "\"scope\": \"read unspeakable\"");
        world.history().fault("a rule against a scope", Set.of());
        world.replicas()
                .database()
                .execute(
                        "alter table connection add constraint spoken check (not 'unspeakable' = any (granted_scopes))");

        // When
        Call call = world.ask(a, connection);
        world.replicas().database().execute("alter table connection drop constraint spoken");

        // Then
        assertThat(call.isGranted()).as(call::toString).isTrue();
        assertThat(world.replicas().version(connection)).isEqualTo(2);
        assertThat(a.metric("grantkeeper_refresh_unwritten")).isZero();
        assertThat(world.ask(b, connection).token()).isEqualTo(call.token());
        assertThat(world.violations(strict)).isEmpty();
    }

    @Test
    void whatIsNeverTakenIsGivenUpAndTold() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Connected connection = world.expired(provider);
        double before = a.metric("grantkeeper_refresh_given_up_total");
        world.history().fault("a rule against a row", Set.of(Excuse.SECOND_ASKER));
        world.replicas()
                .database()
                .execute("alter table credential add constraint stays check (connection_id <> '" + connection.id()
                        + "' or version < 2)");

        // When
        Call call = world.ask(a, connection);
        world.replicas().database().execute("alter table credential drop constraint stays");

        // Then
        assertThat(call.isGranted()).as(call::toString).isTrue();
        assertThat(a.metric("grantkeeper_refresh_given_up_total")).isEqualTo(before + 1);
        assertThat(a.metric("grantkeeper_refresh_unwritten")).isZero();
        assertThat(a.process().output()).contains("end of refresh given up connection=" + connection.id());
        assertThat(world.askUntilGranted(a, connection, BACK).isGranted()).isTrue();
        assertThat(world.replicas().status(connection)).isEqualTo("active");
    }

    private void fault(String name, long began, Duration recovers) {
        world.history()
                .add(new Fault(
                        name,
                        began,
                        System.nanoTime(),
                        Set.of(),
                        Optional.of(recovers).filter(time -> !time.isZero())));
    }

    /** A session that holds the row until it is rolled back. */
    private Connection locked(Connected connection) {
        try {
            Connection session = world.replicas().database().connect();
            session.setAutoCommit(false);
            try (PreparedStatement lock =
                    session.prepareStatement("select from credential where connection_id = ?::uuid for update")) {
                lock.setString(1, connection.id());
                lock.execute();
            }
            return session;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void fill(List<Connection> idle) {
        try {
            while (true) {
                idle.add(world.replicas().database().connect());
            }
        } catch (SQLException full) {
            // As many as there are.
        }
    }

    private static void figure(String name, double value) {
        System.out.printf("figure %s %.1f%n", name, value);
    }
}
