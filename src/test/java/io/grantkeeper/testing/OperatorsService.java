package io.grantkeeper.testing;

import static org.awaitility.Awaitility.await;

import io.grantkeeper.boot.OperatorsPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service with an operator's database, key ring, identity provider and providers: one for all tests of this JVM, which
 * keep apart by having users of their own.
 */
public final class OperatorsService {

    /** The client's secret at the provider that signs its callbacks with it. */
    public static final String SIGNING = Canaries.fresh("client secret");

    /** The origin of the dashboard that the operator set. */
    public static final String DASHBOARD = "https://dashboard.example";

    private static final AtomicInteger USERS = new AtomicInteger();
    private static final int AT_ONCE = 20;
    private static OperatorsService running;
    private static RuntimeException failure;

    private final TestDatabase database;
    private final MockProvider mock;
    private final ScriptedProvider telling;
    private final ScriptedProvider plain;
    private final ScriptedProvider aliased;
    private final PackagedService process;
    private final Queue<Connected> expired = new ArrayDeque<>();

    private OperatorsService() {
        database = OperatorsPostgres.database("grantkeeper_shared");
        mock = MockProvider.start("acme", Duration.ofHours(1));
        telling = ScriptedProvider.telling("telling");
        plain = ScriptedProvider.plain("plain").declares("refresh: {grant_ttl: 7776000}\n");
        aliased = ScriptedProvider.plain("aliased");
        process = setup("operators").start();
    }

    /** The service, as it was when it was started: the providers have no script and no history. */
    public static synchronized OperatorsService get() {
        if (running == null) {
            running = started();
        }
        running.telling.reset();
        running.plain.reset();
        running.aliased.reset();
        return running;
    }

    /** What does not start for one test does not start for the next. */
    private static OperatorsService started() {
        if (failure != null) {
            throw failure;
        }
        try {
            return new OperatorsService();
        } catch (RuntimeException notStarted) {
            failure = notStarted;
            throw notStarted;
        }
    }

    /** Whether a test has asked for it. */
    public static synchronized boolean isRunning() {
        return running != null;
    }

    /** Stops it where it runs. */
    public static synchronized void stop() {
        if (running != null) {
            running.process.close();
            running.mock.close();
            running.telling.close();
            running.plain.close();
            running.aliased.close();
            running = null;
        }
    }

    /** Another service just like it, on the same database. */
    public PackagedService.Setup setup(String name) {
        PackagedService.Setup setup = PackagedService.withDatabase(name, database, keyRing(), mock.usersIssuer())
                .set("GRANTKEEPER_PROVIDERS_DIR", providers())
                .set("GRANTKEEPER_DASHBOARD_ORIGINS", DASHBOARD)
                .set("GRANTKEEPER_ACME_CLIENT_ID", "grantkeeper-at-acme")
                .set("GRANTKEEPER_ACME_CLIENT_SECRET", Canaries.fresh("client secret"))
                .set("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true")
                .set("GRANTKEEPER_SHOPS_CLIENT_ID", "grantkeeper-at-shops")
                .set("GRANTKEEPER_SHOPS_CLIENT_SECRET", Canaries.fresh("client secret"))
                .set("GRANTKEEPER_SHOPS_ALLOW_PRIVATE", "true")
                // One service has the troubles of all tests: it must get over them at once, and not wonder at many
                // deaths.
                .set("GRANTKEEPER_REFRESH_PROBE_EVERY", "PT0S")
                .set("GRANTKEEPER_REFRESH_INCIDENT_DEATHS", "100000")
                .set("GRANTKEEPER_REFRESH_RAMP_PER_SECOND", "1000000")
                .set("GRANTKEEPER_BARE_CLIENT_ID", "grantkeeper-at-bare")
                .set("GRANTKEEPER_BARE_CLIENT_SECRET", Canaries.fresh("client secret"))
                .set("GRANTKEEPER_BARE_ALLOW_PRIVATE", "true")
                .set("GRANTKEEPER_SIGNED_CLIENT_ID", "grantkeeper-at-signed")
                .set("GRANTKEEPER_SIGNED_CLIENT_SECRET", SIGNING)
                .set("GRANTKEEPER_SIGNED_ALLOW_PRIVATE", "true")
                .setAll(telling.settings())
                .setAll(plain.settings())
                .setAll(aliased.settings());
        return setup.set("GRANTKEEPER_ALIASED_REDIRECT_URI", setup.publicUrl() + "/api/oauth/plugin/aliased/callback");
    }

    public PackagedService process() {
        return process;
    }

    public TestDatabase database() {
        return database;
    }

    public MockProvider mock() {
        return mock;
    }

    /** The provider whose callbacks carry {@code iss}. */
    public ScriptedProvider telling() {
        return telling;
    }

    /** The provider whose callbacks do not, and that ends grants after 90 days. */
    public ScriptedProvider plain() {
        return plain;
    }

    /** The provider whose client was registered for another product's callback. */
    public ScriptedProvider aliased() {
        return aliased;
    }

    /** A user alone, whom no other test has. */
    public TestUser user() {
        String subject = "user-" + USERS.incrementAndGet();
        return new TestUser(this, subject, mock.userToken(subject, Map.of()));
    }

    /** A user, whom no other test has, in these organisations. */
    public TestUser memberOf(String... organisations) {
        String subject = "user-" + USERS.incrementAndGet();
        return new TestUser(this, subject, mock.userToken(subject, Map.of("org_id", List.of(organisations))));
    }

    /**
     * A connection at {@link #telling} whose access token has expired, and its user.
     *
     * <p>Many are made at once, since each has to wait for a second.
     */
    public synchronized Connected expired() {
        if (expired.isEmpty()) {
            telling.lifetime(Duration.ofSeconds(1));
            for (int i = 0; i < AT_ONCE; i++) {
                TestUser user = user();
                expired.add(new Connected(user, user.connect(telling)));
            }
            telling.lifetime(Duration.ofHours(1));
            Instant last = Instant.now().plusSeconds(1);
            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Instant.now().isAfter(last));
        }
        return expired.remove();
    }

    /** A user and the user's connection. */
    public record Connected(TestUser user, String id) {}

    private Path keyRing() {
        return KeyRing.FILE;
    }

    private Path providers() {
        try {
            Path folder = Files.createDirectories(PackagedService.logs().resolveSibling("service-folders/providers"));
            Files.writeString(folder.resolve("acme.yaml"), mock.entry("acme", "Acme"));
            Files.writeString(folder.resolve("shops.yaml"), mock.entryOfShops());
            Files.writeString(folder.resolve("bare.yaml"), mock.bareEntry());
            Files.writeString(folder.resolve("signed.yaml"), mock.entryOfSigned());
            Files.writeString(folder.resolve("telling.yaml"), telling.entry());
            Files.writeString(folder.resolve("plain.yaml"), plain.entry());
            Files.writeString(folder.resolve("aliased.yaml"), aliased.entry());
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final class KeyRing {
        static final Path FILE = TestKeyRing.write(folder(), "k1");

        private static Path folder() {
            try {
                return Files.createDirectories(PackagedService.logs().resolveSibling("service-folders"));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
