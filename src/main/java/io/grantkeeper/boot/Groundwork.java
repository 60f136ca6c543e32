package io.grantkeeper.boot;

import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.KeyRingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be there before Quarkus runs: a database and the key ring that it is sealed with.
 *
 * <p>What was found goes to Quarkus as system properties: they outlive a reload in dev mode, which runs {@code main} in
 * the same process again, and are in no process list.
 */
final class Groundwork {

    private static final String LAID = "grantkeeper.groundwork";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");

    private Groundwork() {}

    /**
     * Lays it, unless that was done in this process before.
     *
     * @return the embedded database, where there is one and it was started here
     * @throws StartRefused with what stands in the way
     */
    static Optional<EmbeddedDatabase> lay(BootSettings settings) {
        if (System.getProperty(LAID) != null) {
            return Optional.empty();
        }
        requireAudience(settings);
        Optional<EmbeddedDatabase> embedded = settings.databaseUrl().isPresent()
                ? operators(
                        settings, DatabaseUrl.parse(settings.databaseUrl().get().reveal()))
                : Optional.of(embedded(settings));
        System.setProperty(LAID, "true");
        return embedded;
    }

    private static Optional<EmbeddedDatabase> operators(BootSettings settings, DatabaseUrl database) {
        Path keyRing = settings.keyRingFile()
                .orElseThrow(() -> new StartRefused("GRANTKEEPER_DATABASE_URL is set and GRANTKEEPER_KEYRING_FILE is"
                        + " not: without a key ring nothing can be sealed"));
        if (settings.usersIssuer().isEmpty()) {
            throw new StartRefused("GRANTKEEPER_DATABASE_URL is set and GRANTKEEPER_USERS_ISSUER is not: nobody could"
                    + " sign in, and nobody is let in unknown");
        }
        KeyRing ring = ring(keyRing);
        fit(DatabaseCheck.look(database), ring);
        hand(database, keyRing);
        return Optional.empty();
    }

    /** Without it every token of the issuer would do, also one that was given to another program for other things. */
    private static void requireAudience(BootSettings settings) {
        if (settings.usersIssuer().isPresent() && settings.usersAudience().isEmpty()) {
            throw new StartRefused("GRANTKEEPER_USERS_ISSUER is set and GRANTKEEPER_USERS_AUDIENCE is not: it is what"
                    + " aud, or azp where a token has no aud, has to say");
        }
    }

    private static EmbeddedDatabase embedded(BootSettings settings) {
        requireLoopback(settings.httpHost(), "QUARKUS_HTTP_HOST");
        requireLoopback(settings.managementHost(), "QUARKUS_MANAGEMENT_HOST");
        EmbeddedDatabase embedded = EmbeddedDatabase.start(settings.home());
        try {
            DatabaseUrl database = address(embedded);
            Path keyRing = settings.keyRingFile().orElse(settings.home().resolve("keyring.json"));
            DatabaseCheck.SealedWith sealedWith = DatabaseCheck.look(database);
            if (!Files.exists(keyRing) && sealedWith.isNothing()) {
                create(keyRing);
            }
            fit(sealedWith, ring(keyRing));
            hand(database, keyRing);
            System.setProperty(BootSettings.EMBEDDED, "true");
            System.setProperty(BootSettings.HOME, settings.home().toString());
            System.setProperty("quarkus.http.host", "127.0.0.1");
            System.setProperty("quarkus.management.host", "127.0.0.1");
            return embedded;
        } catch (RuntimeException refused) {
            embedded.close();
            throw refused;
        }
    }

    /** The local owner is whoever has the key file of this machine; from other machines nobody is. */
    private static void requireLoopback(Optional<String> host, String setting) {
        host.filter(name -> !LOOPBACK.contains(name)).ifPresent(name -> {
            throw new StartRefused(setting + " is " + name + ", and the embedded default serves this machine only:"
                    + " set GRANTKEEPER_DATABASE_URL to serve others");
        });
    }

    private static DatabaseUrl address(EmbeddedDatabase embedded) {
        return new DatabaseUrl(
                embedded.host(),
                embedded.port(),
                embedded.database(),
                embedded.user(),
                embedded.password(),
                Map.of("sslmode", "disable"));
    }

    private static void create(Path keyRing) {
        try {
            PrivateFiles.write(keyRing, KeyRing.generate(Beans.systemRandomness()));
        } catch (IOException failed) {
            throw new StartRefused("the key ring " + keyRing + " cannot be made ("
                    + failed.getClass().getSimpleName() + ")");
        }
    }

    private static KeyRing ring(Path file) {
        try {
            return KeyRingFile.read(file);
        } catch (KeyRingException broken) {
            throw new StartRefused(String.valueOf(broken.getMessage()));
        }
    }

    private static void fit(DatabaseCheck.SealedWith sealedWith, KeyRing ring) {
        try {
            sealedWith.require(ring);
        } catch (KeyRingException broken) {
            throw new StartRefused(String.valueOf(broken.getMessage()));
        }
    }

    private static void hand(DatabaseUrl database, Path keyRing) {
        System.setProperty("quarkus.datasource.username", database.user());
        System.setProperty("quarkus.datasource.password", database.password().reveal());
        System.setProperty("quarkus.datasource.jdbc.url", database.jdbc());
        database.reactive().forEach(System::setProperty);
        System.setProperty(BootSettings.KEY_RING_FILE, keyRing.toString());
    }
}
