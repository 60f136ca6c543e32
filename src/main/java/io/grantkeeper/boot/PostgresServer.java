package io.grantkeeper.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Starts and stops the server of a data folder. It is a daemon: neither Ctrl-C nor the end of this process reaches it. */
final class PostgresServer {

    static final String HOST = "127.0.0.1";

    /** Given on the command line, where they win over whatever is in the data folder. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=" + HOST,
            // No socket in /tmp or anywhere else.
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "password_encryption=scram-sha-256",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            // Statements and the values in them stay out of the log.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    /** What a program needs to notice that its own time limit is over. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ATTEMPTS = 3;
    private static final int LAST_LINES = 3;

    private final Path data;
    private final Path log;
    private final PostgresPrograms programs;

    PostgresServer(Path data, Path log, PostgresPrograms programs) {
        this.data = data;
        this.log = log;
        this.programs = programs;
    }

    /** A server that a Grantkeeper left behind when it was killed. One that is starting or stopping is waited for. */
    Optional<Postmaster> running() throws IOException {
        long begin = System.nanoTime();
        Optional<Postmaster> server = serving();
        while (server.isPresent() && !server.get().ready()) {
            if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw new EmbeddedDatabaseException("PostgreSQL (process %d) is still starting or stopping; see %s"
                        .formatted(server.get().processId(), log));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            server = serving();
        }
        return server;
    }

    private Optional<Postmaster> serving() throws IOException {
        return Postmaster.describedIn(data).filter(server -> server.serves(data));
    }

    /** Another program can take a port before PostgreSQL gets there; then another port is tried. */
    Postmaster start(IntSupplier freePorts) throws IOException {
        setPreviousLogAside();
        PostgresPrograms.Outcome outcome = startOn(freePorts.getAsInt());
        // Seen from the server, not from the outcome: ours may have lost to one that a killed Grantkeeper had begun.
        Optional<Postmaster> server = running();
        for (int attempt = 1; server.isEmpty() && attempt < ATTEMPTS; attempt++) {
            outcome = startOn(freePorts.getAsInt());
            server = running();
        }
        if (server.isEmpty()) {
            throw new EmbeddedDatabaseException("PostgreSQL does not start: " + lastWords(outcome));
        }
        return server.get();
    }

    private void setPreviousLogAside() throws IOException {
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private PostgresPrograms.Outcome startOn(int port) throws IOException {
        forgetStranger();
        return programs.run(
                START_LIMIT.plus(SLACK),
                "pg_ctl",
                "start",
                "--pgdata=" + data,
                "--log=" + log,
                "--options=" + options(port),
                "--timeout=" + START_LIMIT.toSeconds(),
                "--wait",
                "--silent");
    }

    private static String options(int port) {
        return SETTINGS.stream().map(setting -> " -c " + setting).collect(Collectors.joining("", "-p " + port, ""));
    }

    /**
     * PostgreSQL would take any living process for its server, also one that got the id of a dead server since.
     *
     * <p>Where nothing has that id the file stays: PostgreSQL removes it after a look for the dead server's children.
     */
    private void forgetStranger() throws IOException {
        Optional<Postmaster> described = Postmaster.describedIn(data);
        boolean isStranger = described.isPresent()
                && described.get().isAlive()
                && !described.get().serves(data);
        if (isStranger || described.isEmpty()) {
            Files.deleteIfExists(Postmaster.file(data));
        }
    }

    private String lastWords(PostgresPrograms.Outcome outcome) throws IOException {
        if (!Files.exists(log)) {
            return outcome.output();
        }
        List<String> lines = Files.readAllLines(log);
        return "%s (see %s)"
                .formatted(
                        String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())), log);
    }

    /** Ends all sessions and then the server, first with a checkpoint, if that takes too long without. */
    void stop(Postmaster server) throws IOException {
        if (!stopped(server, "fast") && !stopped(server, "immediate")) {
            throw new EmbeddedDatabaseException(
                    "PostgreSQL (process %d) does not stop; see %s".formatted(server.processId(), log));
        }
    }

    private boolean stopped(Postmaster server, String mode) throws IOException {
        PostgresPrograms.Outcome outcome = programs.run(
                STOP_LIMIT.plus(SLACK),
                "pg_ctl",
                "stop",
                "--pgdata=" + data,
                "--mode=" + mode,
                "--timeout=" + STOP_LIMIT.toSeconds(),
                "--wait",
                "--silent");
        return outcome.succeeded() || !server.serves(data);
    }
}
