package io.grantkeeper.refresh;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.boot.OperatorsPostgres;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.testing.TestDatabase;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** A database with our tables in it, and a pool of connections to it. */
final class RefreshDatabase implements AutoCloseable {

    private final TestDatabase database;
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;

    private RefreshDatabase(TestDatabase database) {
        this.database = database;
        this.pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions()
                        .setHost(database.host())
                        .setPort(database.port())
                        .setDatabase(database.name())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
    }

    static RefreshDatabase named(String name) {
        TestDatabase database = OperatorsPostgres.database(name);
        String url = "jdbc:postgresql://%s:%d/%s?sslmode=disable"
                .formatted(database.host(), database.port(), database.name());
        Flyway.configure()
                .dataSource(url, database.user(), database.password())
                .load()
                .migrate();
        database.execute("insert into database_lineage (system_identifier, timeline, synchronous)"
                + " select system_identifier, timeline, synchronous from present_lineage");
        return new RefreshDatabase(database);
    }

    Pool pool() {
        return pool;
    }

    /** To a server that is not there. */
    Pool poolOfNothing() {
        return PgBuilder.pool()
                .connectingTo(new PgConnectOptions().setHost("127.0.0.1").setPort(1))
                .using(vertx)
                .build();
    }

    TestDatabase sql() {
        return database;
    }

    @CanIgnoreReturnValue
    ConnectionId active(ClientAt client) {
        UUID id = UUID.randomUUID();
        database.execute(
                "insert into connection (id, account_id, created_by, provider, grant_type, granted_scopes)"
                        + " values (?, 'acme', 'ada', ?, 'authorization_code', '{}')",
                id,
                client.provider());
        database.execute(
                "insert into credential (connection_id, token_type, sealed_access, access_obtained_at, key_id, client_id)"
                        + " values (?, 'bearer', '\\x00', clock_timestamp(), 'k1', ?)",
                id,
                client.clientId());
        return new ConnectionId(id);
    }

    @CanIgnoreReturnValue
    ConnectionId dead(ClientAt client, String reason, Duration ago) {
        ConnectionId connection = active(client);
        die(connection, reason, ago);
        return connection;
    }

    void die(ConnectionId connection, String reason, Duration ago) {
        database.execute(
                "update connection set status = 'error', error_code = ?,"
                        + " error_at = clock_timestamp() - make_interval(secs => ?) where id = ?",
                reason,
                ago.toSeconds(),
                connection.value());
    }

    String status(ConnectionId connection) {
        return database.ask("select status from connection where id = ?", connection.value())
                .getFirst();
    }

    void clear() {
        database.execute("delete from provider_outage");
        database.execute("delete from connection");
    }

    /** As if all replicas had waited. */
    void probesAreDue() {
        database.execute("update provider_outage set probe_at = clock_timestamp()");
    }

    @Override
    public void close() {
        pool.closeAndAwait();
        vertx.closeAndAwait();
    }
}
