package io.grantkeeper.client;

import io.grantkeeper.boot.OperatorsPostgres;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.TestSettings;
import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.testing.TestDatabase;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** A database with our tables in it, and replicas that keep clients there. */
public final class TestClients implements AutoCloseable {

    private static final String K1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String K2 = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestDatabase database;
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;

    private TestClients(TestDatabase database) {
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

    public static TestClients in(String name) {
        TestDatabase database = OperatorsPostgres.database(name);
        String url = "jdbc:postgresql://%s:%d/%s?sslmode=disable"
                .formatted(database.host(), database.port(), database.name());
        Flyway.configure()
                .dataSource(url, database.user(), database.password())
                .load()
                .migrate();
        return new TestClients(database);
    }

    public Pool pool() {
        return pool;
    }

    public TestDatabase sql() {
        return database;
    }

    /** A replica with this key as its primary, these settings, and this entry. */
    public Replica replica(String key, Map<String, String> settings, Provider provider) {
        return new Replica(pool, sealer(key), new ClientRegistrations(TestSettings.of(settings)), provider);
    }

    private static Sealer sealer(String primary) {
        KeyRing ring = KeyRing.parse(
                "{\"primary\":\"" + primary + "\",\"keys\":{\"k1\":\"" + K1 + "\",\"k2\":\"" + K2 + "\"}}");
        return new Sealer(() -> ring, count -> {
            byte[] bytes = new byte[count];
            RANDOM.nextBytes(bytes);
            return bytes;
        });
    }

    /** What a replica knows of clients. */
    public static final class Replica {

        private final StoredClients stored;
        private final ClientSeals seals;
        private final Pool pool;
        private final RememberedClients remembered;
        private final KnownClients known;
        private final PresentClients present;

        private Replica(Pool pool, Sealer sealer, ClientRegistrations registrations, Provider provider) {
            Providers providers = Providers.of(List.of(provider));
            this.pool = pool;
            this.stored = new StoredClients(pool);
            this.seals = new ClientSeals(sealer, providers);
            this.remembered = new RememberedClients(providers, registrations, seals);
            this.known = new KnownClients(registrations, stored, seals);
            this.present = new PresentClients(providers, registrations, stored, seals);
        }

        public RememberedClients remembered() {
            return remembered;
        }

        public KnownClients known() {
            return known;
        }

        PresentClients present() {
            return present;
        }

        ClientSeals seals() {
            return seals;
        }

        ClientReseals reseals() {
            return new ClientReseals(pool, seals);
        }
    }

    @Override
    public void close() {
        pool.closeAndAwait();
        vertx.closeAndAwait();
    }
}
