package io.grantkeeper.boot;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Signals;
import io.grantkeeper.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.LongStream;

/** A PostgreSQL of its own, on one port for life, to which everything may happen. */
public final class ChaosPostgres implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresPrograms programs;
    private final PostgresCluster cluster;
    private final PostgresServer server;
    private final int port;
    private volatile Postmaster postmaster;

    private ChaosPostgres(PostgresPrograms programs, PostgresCluster cluster, PostgresServer server, int port)
            throws IOException {
        this.programs = programs;
        this.cluster = cluster;
        this.server = server;
        this.port = port;
        this.postmaster = server.start(() -> port);
    }

    /** Starts it in this folder; what is there already is used again. */
    public static ChaosPostgres in(Path folder) {
        try {
            Path home = folder.toAbsolutePath();
            HomeFolder.open(home).close();
            PostgresPrograms programs = PostgresPrograms.in(
                    PostgresArchive.ofThisMachine().unpackedBelow(home.resolve("postgres-binaries")));
            PostgresCluster cluster = new PostgresCluster(home);
            cluster.prepare(programs);
            Canaries.add("database password", cluster.password().reveal());
            PostgresServer server = new PostgresServer(cluster.data(), home.resolve("postgres.log"), programs);
            var leftBehind = server.running();
            if (leftBehind.isPresent()) {
                server.stop(leftBehind.get());
            }
            return new ChaosPostgres(programs, cluster, server, freePort());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String host() {
        return PostgresServer.HOST;
    }

    public int port() {
        return port;
    }

    /** An empty database, whose user owns it and nothing else. */
    public TestDatabase database(String name) {
        String password = Canaries.fresh("database password");
        execute("drop database if exists " + name + " with (force)");
        execute("drop role if exists " + name);
        execute("create role " + name + " login password '" + password + "'");
        execute("create database " + name + " owner " + name);
        return new TestDatabase(host(), port, name, name, password);
    }

    /** As its superuser, also where nothing may be written. */
    public void execute(String command) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Connection connect() throws SQLException {
        try {
            Properties properties = new Properties();
            properties.setProperty("user", PostgresCluster.USER);
            properties.setProperty("password", cluster.password().reveal());
            properties.setProperty("sslmode", "disable");
            properties.setProperty("options", "-c default_transaction_read_only=off");
            return DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d/%s".formatted(host(), port, PostgresCluster.DATABASE), properties);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Without a word to anybody, as after a crash: sessions end, and what was not committed is gone. */
    public void stopImmediately() {
        try {
            PostgresPrograms.Outcome outcome = programs.run(
                    PATIENCE,
                    "pg_ctl",
                    "stop",
                    "--pgdata=" + cluster.data(),
                    "--mode=immediate",
                    "--timeout=20",
                    "--wait",
                    "--silent");
            if (postmaster.serves(cluster.data())) {
                throw new IllegalStateException("PostgreSQL is still there: " + outcome.output());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Where it was stopped. */
    public void start() {
        try {
            postmaster = server.start(() -> port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public boolean isRunning() {
        return postmaster.serves(cluster.data());
    }

    /** From now on transactions may only read, as on a standby; or write again. */
    public void readOnly(boolean is) {
        execute("alter system set default_transaction_read_only = " + (is ? "on" : "off"));
        execute("select pg_reload_conf()");
    }

    /** All of its processes stand still; connections stay open. */
    public void freeze() {
        Signals.stop(processes());
    }

    public void thaw() {
        Signals.resume(processes());
    }

    private long[] processes() {
        ProcessHandle main = ProcessHandle.of(postmaster.processId()).orElseThrow();
        return LongStream.concat(LongStream.of(main.pid()), main.descendants().mapToLong(ProcessHandle::pid))
                .toArray();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        if (isRunning()) {
            thaw();
            stopImmediately();
        }
    }
}
