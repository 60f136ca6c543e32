package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.boot.DatabasePools.Limits;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.grantkeeper.replica.PostgresChannel;
import io.grantkeeper.replica.ReplicaChannels;
import io.grantkeeper.replica.ReplicaId;
import io.grantkeeper.replica.Replicas;
import io.grantkeeper.testing.TestDatabase;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connections to a real PostgreSQL, with shorter limits. */
class DatabasePoolsTest {

    private static final Limits SHORT =
            new Limits(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(800));
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String OWN_PROCESS = "select pg_backend_pid()::text";

    private static Vertx vertx;
    private static TestDatabase database;

    private final DatabasePools pools = new DatabasePools(null, SHORT);
    private Pool general;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        database = OperatorsPostgres.migrated("grantkeeper_pools");
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void make() {
        general = new Pool(pools.create(new Given(1)));
    }

    @AfterEach
    void close() {
        general.close().await().atMost(LONG);
    }

    @Test
    void statementsAndLocksHaveALimitInTheDatabase() {
        assertThat(ask(general, "show statement_timeout")).isEqualTo("5s");
        assertThat(ask(general, "show lock_timeout")).isEqualTo("2s");
        assertThat(ask(pools.reserved(), "show statement_timeout")).isEqualTo("5s");
    }

    @Test
    void F24_whoGetsNoConnectionIsToldSoonAndTheReservedOnesAreThereStill() {
        // Given
        var held = general.getConnection().await().atMost(LONG);

        // When
        Uni<?> query = general.query("select 1").execute();
        Uni<?> transaction =
                general.withTransaction(each -> each.query("select 1").execute().replaceWithVoid());

        // Then
        assertThatThrownBy(() -> query.await().atMost(LONG)).hasMessageContaining("Timeout");
        assertThatThrownBy(() -> transaction.await().atMost(LONG))
                .rootCause()
                .hasMessage("Timeout")
                .hasToString("io.vertx.core.impl.NoStackTraceThrowable: Timeout");
        assertThat(ask(pools.reserved(), "select 1::text")).isEqualTo("1");
        held.close().await().atMost(LONG);
    }

    @Test
    void F34_aConnectionThatHangsIsClosedAndItsPlaceIsFreeAgain() throws Exception {
        // Given
        String process = ask(general, OWN_PROCESS);
        signal("STOP", process);
        try {
            // When
            Uni<?> hanging = general.query("select 1").execute();

            // Then
            assertThatThrownBy(() -> hanging.await().atMost(LONG)).isInstanceOf(ClosedConnectionException.class);
            await().ignoreExceptions()
                    .atMost(LONG)
                    .until(() -> !ask(general, OWN_PROCESS).equals(process));
        } finally {
            signal("CONT", process);
        }
    }

    @Test
    void F24_theReservedConnectionsAreThereBeforeTheyAreNeeded() {
        // Given
        Pool reserved = pools.reserved();
        List<String> before = processes();

        // When
        pools.keep(reserved).await().atMost(LONG);

        // Then
        assertThat(processes()).hasSize(before.size() + 4).containsAll(before);
    }

    @Test
    void aConnectionThatNobodyUsesStays() {
        // Given
        String process = ask(general, OWN_PROCESS);

        // When
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofSeconds(1))
                .await()
                .atMost(LONG);

        // Then
        assertThat(ask(general, OWN_PROCESS)).isEqualTo(process);
    }

    @Test
    void F33_theChannelListensAgainWhenItsSessionWasTerminated() {
        // Given
        ReplicaId self = new ReplicaId(-7);
        PostgresChannel channel = ReplicaChannels.of(pools, self, pools.reserved());
        List<Notice> heard = new CopyOnWriteArrayList<>();
        List<String> silences = new CopyOnWriteArrayList<>();
        channel.subscribe(heard::add);
        channel.onSilence(() -> silences.add("silence"));
        awaitAlive(channel);
        Notice notice = new Notice.Changed(UUID.randomUUID());

        // When
        database.ask("select pg_terminate_backend(pid)::text from pg_stat_activity"
                + " where application_name = 'grantkeeper-channel'");
        await().atMost(LONG).until(() -> silences.size() == 1);
        awaitAlive(channel);
        channel.tell(notice).await().atMost(LONG);

        // Then
        await().atMost(LONG).untilAsserted(() -> assertThat(heard).containsExactly(notice));
        assertThat(ReplicaChannels.replicas(pools.reserved()).living().await().atMost(LONG))
                .containsExactly("4294967289");
        channel.close().await().atMost(LONG);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(database.ask(Replicas.LIVING)).isEmpty());
    }

    private static void awaitAlive(PostgresChannel channel) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(50)).until(() -> {
            channel.beat().await().atMost(LONG);
            return ((Channel) channel).isAlive();
        });
    }

    private static List<String> processes() {
        return database.ask("select pid::text from pg_stat_activity where application_name = 'vertx-pg-client'"
                + " and datname = current_database()");
    }

    private static String ask(Pool pool, String query) {
        return pool.query(query)
                .execute()
                .map(rows -> rows.iterator().next().getString(0))
                .await()
                .atMost(LONG);
    }

    private static void signal(String name, String process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, process).start().waitFor();
    }

    /** What Quarkus gives. */
    private record Given(int size) implements PgPoolCreator.Input {

        @Override
        public Vertx vertx() {
            return vertx;
        }

        @Override
        public PoolOptions poolOptions() {
            return new PoolOptions().setMaxSize(size);
        }

        @Override
        public List<PgConnectOptions> pgConnectOptionsList() {
            return List.of(new PgConnectOptions()
                    .setHost(database.host())
                    .setPort(database.port())
                    .setDatabase(database.name())
                    .setUser(database.user())
                    .setPassword(database.password()));
        }
    }
}
