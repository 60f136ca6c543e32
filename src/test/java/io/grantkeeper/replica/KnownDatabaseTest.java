package io.grantkeeper.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.boot.OperatorsPostgres;
import io.grantkeeper.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written of the database in it, by the user that owns it and nothing else. */
class KnownDatabaseTest {

    private static final String WRITTEN = "select system_identifier || '/' || timeline from database_lineage";

    private static TestDatabase database;
    private static Vertx vertx;
    private static Pool pool;
    private static String actual;

    private final FakeChannel channel = new FakeChannel();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long now = 42;

    @BeforeAll
    static void aDatabase() {
        database = OperatorsPostgres.database("grantkeeper_lineage");
        String url = "jdbc:postgresql://%s:%d/%s?sslmode=disable"
                .formatted(database.host(), database.port(), database.name());
        Flyway.configure()
                .dataSource(url, database.user(), database.password())
                .load()
                .migrate();
        vertx = Vertx.vertx();
        pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions()
                        .setHost(database.host())
                        .setPort(database.port())
                        .setDatabase(database.name())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
        actual = database.ask("select system_identifier || '/' || timeline from present_lineage")
                .getFirst();
    }

    @AfterAll
    static void noDatabase() {
        pool.closeAndAwait();
        vertx.closeAndAwait();
    }

    @BeforeEach
    void nothingIsWritten() {
        database.execute("delete from database_lineage");
    }

    @Test
    void theFirstLookWritesWhatItSees() {
        // When
        KnownDatabase known = looked(Optional.empty());

        // Then
        assertThat(database.ask(WRITTEN)).containsExactly(actual);
        assertThat(known.isUnconfirmed()).isFalse();
        assertThat(unchanged()).isTrue();
    }

    @Test
    void oneOfAllReplicasRenewsWhatWasSeen() {
        // Given
        looked(Optional.empty());
        database.execute("update database_lineage set seen_at = clock_timestamp() - interval '20 seconds'");

        // When
        looked(Optional.empty());
        String renewed = seenAt();
        looked(Optional.empty());

        // Then
        assertThat(database.ask("select (seen_at > clock_timestamp() - interval '10 seconds')::text"
                        + " from database_lineage"))
                .containsExactly("true");
        assertThat(seenAt()).isEqualTo(renewed);
    }

    @Test
    void F28_anotherDatabaseIsHeldUntilItIsConfirmed() {
        // Given
        writtenByAnother();

        // When
        KnownDatabase known = looked(Optional.of("4/2"));

        // Then
        assertThat(known.isUnconfirmed()).isTrue();
        assertThat(unconfirmed()).isEqualTo(1);
        assertThat(unchanged()).isFalse();
        assertThat(database.ask(WRITTEN)).containsExactly("4/1");
    }

    @Test
    void oneReplicaThatIsToldFreesAll() {
        // Given
        writtenByAnother();
        KnownDatabase held = looked(Optional.empty());

        // When
        looked(Optional.of(" " + actual + "\n"));
        pass(Duration.ofSeconds(2));
        keep(held);

        // Then
        assertThat(held.isUnconfirmed()).isFalse();
        assertThat(unchanged()).isTrue();
    }

    @Test
    void whoWasWithoutTheDatabaseLooksAgainAtOnce() {
        // Given
        KnownDatabase known = looked(Optional.empty());
        writtenByAnother();

        // When
        keep(known);
        boolean before = known.isUnconfirmed();
        channel.steady = false;
        keep(known);

        // Then
        assertThat(before).isFalse();
        assertThat(known.isUnconfirmed()).isTrue();
    }

    @Test
    void aDatabaseThatDoesNotTellIsTakenAsItIs() {
        // Given
        KnownDatabase known = known(Optional.empty());
        OperatorsPostgres.execute(database.name(), "revoke execute on function pg_control_system() from public");

        // When
        known.look().await().indefinitely();
        OperatorsPostgres.execute(database.name(), "grant execute on function pg_control_system() to public");

        // Then
        assertThat(known.isTelling()).isFalse();
        assertThat(known.isUnconfirmed()).isFalse();
    }

    private KnownDatabase known(Optional<String> confirmed) {
        return new KnownDatabase(pool, channel, confirmed, meters, () -> now);
    }

    @CanIgnoreReturnValue
    private KnownDatabase looked(Optional<String> confirmed) {
        KnownDatabase known = known(confirmed);
        known.look().await().indefinitely();
        return known;
    }

    private static void keep(KnownDatabase known) {
        known.keep().await().indefinitely();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private double unconfirmed() {
        return meters.get("grantkeeper.database.unconfirmed").gauge().value();
    }

    private static void writtenByAnother() {
        database.execute("delete from database_lineage");
        database.execute("insert into database_lineage (system_identifier, timeline, synchronous) values (4, 1, true)");
    }

    private static boolean unchanged() {
        return database.ask("select (" + KnownDatabase.UNCHANGED + ")::text").contains("true");
    }

    private static String seenAt() {
        return database.ask("select seen_at::text from database_lineage").getFirst();
    }
}
