package io.grantkeeper.boot;

import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Relay;
import io.grantkeeper.testing.Signals;
import io.grantkeeper.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A PostgreSQL of its own, on one port for life, to which everything may happen. */
public final class ChaosPostgres implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final PostgresPrograms programs;
    private final PostgresCluster cluster;
    private final PostgresServer server;
    private final int port;
    private volatile Postmaster postmaster;

    private ChaosPostgres(
            Path home, PostgresPrograms programs, PostgresCluster cluster, PostgresServer server, int port)
            throws IOException {
        this.home = home;
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
            return in(
                    home,
                    PostgresPrograms.in(
                            PostgresArchive.ofThisMachine().unpackedBelow(home.resolve("postgres-binaries"))));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ChaosPostgres in(Path home, PostgresPrograms programs) {
        try {
            PostgresCluster cluster = new PostgresCluster(home);
            cluster.prepare(programs);
            Canaries.add("database password", cluster.password().reveal());
            PostgresServer server = new PostgresServer(cluster.data(), home.resolve("postgres.log"), programs);
            var leftBehind = server.running();
            if (leftBehind.isPresent()) {
                server.stop(leftBehind.get());
            }
            return new ChaosPostgres(home, programs, cluster, server, freePort());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Copies it as it is now, for which it is stopped and started again. */
    public void backUp(Path folder) {
        try {
            server.stop(postmaster);
            HomeFolder.open(folder).close();
            copy(home.resolve("postgres"), folder.resolve("postgres"));
            copy(home.resolve("postgres.password"), folder.resolve("postgres.password"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        start();
    }

    /** Starts a copy of it as PostgreSQL's manual has a backup restored. */
    public ChaosPostgres restored(Path backup) {
        set(backup, "recovery.signal", "restore_command = '/bin/false'");
        ChaosPostgres restored = in(backup, programs);
        restored.awaitWritable();
        return restored;
    }

    /** Starts a copy of it that follows it over this network. */
    public ChaosPostgres standby(Path backup, Relay network) {
        try {
            set(
                    backup,
                    "standby.signal",
                    "primary_conninfo = 'host=%s port=%d user=%s password=%s sslmode=disable application_name=standby'"
                            .formatted(
                                    host(),
                                    network.port(),
                                    PostgresCluster.USER,
                                    cluster.password().reveal()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return in(backup, programs);
    }

    private static void set(Path backup, String signal, String setting) {
        try {
            Path data = backup.resolve("postgres");
            Files.createFile(data.resolve(signal));
            Files.writeString(data.resolve("postgresql.auto.conf"), setting + "\n", StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
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

    /** The first column of the first row, as its superuser sees it. */
    public String ask(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A session of its superuser, in a database that no service uses. */
    public Connection connect() throws SQLException {
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

    /** A standby goes on by itself, with what it has. */
    public void promote() {
        execute("select pg_promote()");
        awaitWritable();
    }

    private void awaitWritable() {
        await().atMost(PATIENCE).until(() -> ask("select pg_is_in_recovery()").equals("f"));
    }

    /**
     * Its files get no longer from now on, as if the disk were full: it cannot write its log and goes down, at a commit or
     * before that.
     */
    public void fillDisk() {
        Signals.limitFiles(4096, processes());
    }

    /** There is room again, and whoever watches over it starts it. */
    public void makeRoom() {
        if (isRunning()) {
            stopImmediately();
        }
        start();
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
