package io.grantkeeper.boot;

import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * The PostgreSQL that comes with Grantkeeper, for whoever has none: one server, one user, one folder, on 127.0.0.1.
 *
 * <p>Nobody gets in without the password, not even while the data folder is made. Only {@link #close()} stops the
 * server; one that outlived a killed Grantkeeper is taken over by the next.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private final HomeFolder home;
    private final PostgresServer server;
    private final Postmaster postmaster;
    private final Secret password;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedDatabase(HomeFolder home, PostgresServer server, Postmaster postmaster, Secret password) {
        this.home = home;
        this.server = server;
        this.postmaster = postmaster;
        this.password = password;
    }

    /**
     * Returns once the server answers.
     *
     * @throws EmbeddedDatabaseException with a sentence that says what stands in the way
     */
    static EmbeddedDatabase start(Path folder) {
        return start(folder, EmbeddedDatabase::freePort);
    }

    static EmbeddedDatabase start(Path folder, IntSupplier freePorts) {
        PostgresArchive archive = PostgresArchive.ofThisMachine();
        try {
            return start(HomeFolder.open(folder), archive, freePorts);
        } catch (IOException | UncheckedIOException e) {
            throw new EmbeddedDatabaseException("The folder %s cannot be used (%s).".formatted(folder, e), e);
        }
    }

    private static EmbeddedDatabase start(HomeFolder home, PostgresArchive archive, IntSupplier freePorts)
            throws IOException {
        try {
            return startIn(home, archive, freePorts);
        } catch (IOException | RuntimeException e) {
            home.close();
            throw e;
        }
    }

    private static EmbeddedDatabase startIn(HomeFolder home, PostgresArchive archive, IntSupplier freePorts)
            throws IOException {
        Path unpacked = archive.unpackedBelow(home.path().resolve("postgres-binaries"));
        PostgresPrograms programs = PostgresPrograms.in(unpacked);
        PostgresCluster cluster = new PostgresCluster(home.path());
        cluster.prepare(programs);
        PostgresServer server = new PostgresServer(cluster.data(), home.path().resolve("postgres.log"), programs);
        Optional<Postmaster> leftBehind = server.running();
        if (leftBehind.isPresent()) {
            cluster.requireEntry(leftBehind.get());
            return new EmbeddedDatabase(home, server, leftBehind.get(), cluster.password());
        }
        // Only now: a server that was left behind may run from the folder of an older version.
        PostgresArchive.removeOthers(unpacked);
        return new EmbeddedDatabase(home, server, started(server, cluster, freePorts), cluster.password());
    }

    private static Postmaster started(PostgresServer server, PostgresCluster cluster, IntSupplier freePorts)
            throws IOException {
        Postmaster postmaster = server.start(freePorts);
        try {
            cluster.requireEntry(postmaster);
        } catch (EmbeddedDatabaseException e) {
            server.stop(postmaster);
            throw e;
        }
        return postmaster;
    }

    /** Free a moment ago. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String host() {
        return PostgresServer.HOST;
    }

    int port() {
        return postmaster.port();
    }

    String database() {
        return PostgresCluster.DATABASE;
    }

    String user() {
        return PostgresCluster.USER;
    }

    Secret password() {
        return password;
    }

    /** Stops the server, within a minute, and lets go of the folder. Everything that uses it has to be done by now. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (home) {
            server.stop(postmaster);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("PostgreSQL could not be stopped (%s).".formatted(e), e);
        }
    }
}
