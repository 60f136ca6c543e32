package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.TestDatabase;
import io.grantkeeper.testing.TestKeyRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that are newer than the code, or half of what it needs (rows F31, F32). */
@Tag("chaos")
class MigrationIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** What a later version may add while this one runs: nothing that this one does not fill in is asked for. */
    private static final String EXPANSION = """
            alter table credential add column lease_note text, add column rotations bigint not null default 0;
            alter table connection add column colour text;
            create table later (id uuid primary key);
            """;

    private static final String NO_EXPANSION = """
            alter table credential drop column if exists lease_note, drop column if exists rotations;
            alter table connection drop column if exists colour;
            drop table if exists later;
            delete from flyway_schema_history where version = '999';
            """;

    private static final String WAITING = """
            select pid::text from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query ilike '%create index%'
            """;

    @TempDir
    private Path folder;

    private World world;
    private Replica a;
    private Replica b;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        a = world.a();
        b = world.b();
    }

    @AfterEach
    void asItWas() throws SQLException {
        execute(world.replicas().database(), NO_EXPANSION);
    }

    @Test
    void F31_theSchemaOfALaterVersionIsServedOn() throws IOException {
        // Given
        Connected before = world.expired(world.forgiving());
        Connected theirs = world.expired(world.forgiving());
        Files.writeString(folder.resolve("V999__expansion.sql"), EXPANSION);

        // When
        var migrated = flyway(world.replicas().database())
                .locations("classpath:db/migration", "filesystem:" + folder)
                .load()
                .migrate();
        leaseOfALaterVersion(theirs, World.LEASE);
        world.history().fault("schema of a later version", Set.of());

        // Then
        assertThat(migrated.success).isTrue();
        assertThat(world.askUntilGranted(b, before, SOON).isGranted()).isTrue();

        // When
        a.terminate();
        a.start();
        Connected after = world.expired(world.forgiving());

        // Then
        assertThat(a.isReady()).isTrue();
        assertThat(world.askUntilGranted(a, after, SOON).isGranted()).isTrue();
        assertThat(world.replicas()
                        .database()
                        .ask(
                                "select rotations || coalesce(lease_note, '') from credential"
                                        + " where connection_id = ?::uuid",
                                after.id()))
                .containsExactly("0");
        assertThat(world.askUntilGranted(a, theirs, SOON).isGranted()).isTrue();
        assertThat(world.refreshes(theirs)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(world.forgiving())).isEmpty();
    }

    @Test
    void F31_aLeaseOfALaterVersionIsHonoured() throws IOException {
        // Given
        Connected theirs = world.expired(world.strict());
        Files.writeString(folder.resolve("V999__expansion.sql"), EXPANSION);
        flyway(world.replicas().database())
                .locations("classpath:db/migration", "filesystem:" + folder)
                .load()
                .migrate();
        world.history().fault("lease of a later version", Set.of());

        // When
        leaseOfALaterVersion(theirs, Duration.ofMinutes(1));
        Call during = world.ask(a, theirs);

        // Then
        assertThat(during.status()).as(during::toString).isEqualTo(503);
        assertThat(world.refreshes(theirs)).isEmpty();

        // When
        world.replicas()
                .database()
                .execute(
                        "update credential set lease_owner = null, lease_until = null, lease_epoch = null,"
                                + " intent_at = null where connection_id = ?::uuid",
                        theirs.id());

        // Then
        assertThat(world.askUntilGranted(b, theirs, SOON).isGranted()).isTrue();
        assertThat(world.violations(world.strict())).isEmpty();
    }

    @Test
    void F32_aMigrationThatIsKilledInTheMiddleIsFinishedByTheNextStart() throws SQLException {
        // Given
        TestDatabase database = world.postgres().database("half_migrated");
        flyway(database).target("3").load().migrate();
        try (MockProvider users = MockProvider.start("nobody", Duration.ofHours(1))) {
            PackagedService.Setup setup = PackagedService.withDatabase(
                    "half-migrated", database, TestKeyRing.write(folder, "k1"), users.usersIssuer());

            // When
            try (Connection lock = locked(database);
                    PackagedService killed = setup.begin()) {
                await().atMost(SOON).until(() -> database.ask(WAITING).size() == 1);
                assertThat(killed.isReady()).isFalse();
                killed.kill();
                lock.rollback();
            }

            // Then
            await().atMost(SOON).until(() -> database.ask(WAITING).isEmpty());
            assertThat(versions(database)).containsExactly("1", "2", "3");
            assertThat(database.ask("select coalesce(to_regclass('provider_outage')::text, 'none')"))
                    .containsExactly("none");

            // When
            try (PackagedService service = setup.start()) {
                Answer ready = service.nobody().get("/api/apps");

                // Then
                assertThat(ready.status()).isEqualTo(401);
                assertThat(versions(database))
                        .containsExactlyElementsOf(versions(world.replicas().database()));
                assertThat(columns(database)).isEqualTo(columns(world.replicas().database()));
            }
        }
    }

    /** One who wrote what this version does not know, and has asked for nothing yet. */
    private void leaseOfALaterVersion(Connected connection, Duration length) {
        world.replicas()
                .database()
                .execute(
                        "update credential set lease_owner = 'later', lease_fence = lease_fence + 1, lease_note = 'mine',"
                                + " lease_until = clock_timestamp() + make_interval(secs => ?), rotations = 7,"
                                + " intent_at = clock_timestamp() where connection_id = ?::uuid",
                        (double) length.toSeconds(),
                        connection.id());
    }

    private static FluentConfiguration flyway(TestDatabase database) {
        String url = "jdbc:postgresql://%s:%d/%s?sslmode=disable"
                .formatted(database.host(), database.port(), database.name());
        return Flyway.configure().dataSource(url, database.user(), database.password());
    }

    /** A session in which somebody writes: no index is made meanwhile. */
    private static Connection locked(TestDatabase database) throws SQLException {
        Connection session = database.connect();
        session.setAutoCommit(false);
        try (Statement lock = session.createStatement()) {
            lock.execute("lock table connection in row exclusive mode");
        }
        return session;
    }

    private static void execute(TestDatabase database, String statements) throws SQLException {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute(statements);
        }
    }

    private static List<String> versions(TestDatabase database) {
        return database.ask("select version from flyway_schema_history where success order by installed_rank");
    }

    private static List<String> columns(TestDatabase database) {
        return database.ask(
                "select table_name || '.' || column_name || ' ' || data_type from information_schema.columns"
                        + " where table_schema = 'public' order by 1");
    }
}
