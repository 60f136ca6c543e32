package io.grantkeeper.boot;

import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL's data folder, with the password of its one user.
 *
 * <p>The folder gets its name when it is complete, so nothing of that name is ever deleted.
 */
final class PostgresCluster {

    static final String USER = "grantkeeper";
    static final String DATABASE = "postgres";

    private static final String UNFINISHED = "postgres.unfinished-";
    private static final Duration CREATION_LIMIT = Duration.ofMinutes(2);
    private static final int PASSWORD_BYTES = 32;
    private static final int ANSWER_SECONDS = 5;
    private static final String INVALID_PASSWORD = "28P01";

    private final Path data;
    private final Path passwordFile;

    PostgresCluster(Path home) {
        this.data = home.resolve("postgres");
        this.passwordFile = home.resolve("postgres.password");
    }

    Path data() {
        return data;
    }

    Secret password() throws IOException {
        return Secret.of(Files.readString(passwordFile).strip());
    }

    /** Makes the data folder and its password where there are none yet, or says why these cannot be used. */
    void prepare(PostgresPrograms programs) throws IOException {
        int version = programs.majorVersion();
        if (Files.exists(versionFile())) {
            requireVersion(version);
            requirePassword();
        } else {
            requireNothingElse();
            makePassword();
            requirePassword();
            create(programs);
        }
        removeUnfinished();
    }

    /** Only ever called for a server whose process was seen to be ours: the driver would show others the password. */
    void requireEntry(Postmaster server) throws IOException {
        try {
            dataSource(server).getConnection().close();
        } catch (SQLException e) {
            throw new EmbeddedDatabaseException(
                    "PostgreSQL (process %d, port %d) holds %s, but %s."
                            .formatted(server.processId(), server.port(), data, whyNot(e)),
                    e);
        }
    }

    private String whyNot(SQLException e) {
        return INVALID_PASSWORD.equals(e.getSQLState())
                ? "does not accept the password in " + passwordFile
                : "does not answer: " + e.getMessage();
    }

    private DataSource dataSource(Postmaster server) throws IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {PostgresServer.HOST});
        source.setPortNumbers(new int[] {server.port()});
        source.setDatabaseName(DATABASE);
        source.setUser(USER);
        source.setPassword(password().reveal());
        source.setSslMode("disable");
        source.setGssEncMode("disable");
        source.setConnectTimeout(ANSWER_SECONDS);
        source.setSocketTimeout(ANSWER_SECONDS);
        return source;
    }

    private Path versionFile() {
        return data.resolve("PG_VERSION");
    }

    private void requireVersion(int ours) throws IOException {
        String theirs = Files.readString(versionFile()).strip();
        if (!theirs.equals(Integer.toString(ours))) {
            throw new EmbeddedDatabaseException(
                    ("%s was written by PostgreSQL %s, but this Grantkeeper brings PostgreSQL %d, which cannot read it;"
                                    + " nothing was changed. Use the Grantkeeper that wrote it, or another folder.")
                            .formatted(data, theirs, ours));
        }
    }

    private void requirePassword() throws IOException {
        if (!Files.exists(passwordFile)) {
            throw new EmbeddedDatabaseException(
                    "%s is missing; without it nobody gets into the PostgreSQL in %s. Put it back from a backup."
                            .formatted(passwordFile, data));
        }
        if (!PrivateFiles.isPrivate(passwordFile)) {
            throw new EmbeddedDatabaseException(
                    "Other users can read %1$s; run: chmod 600 %1$s".formatted(passwordFile));
        }
    }

    private void requireNothingElse() throws IOException {
        if (Files.exists(data) && !PrivateFiles.isEmptyFolder(data)) {
            throw new EmbeddedDatabaseException(
                    "%s is not a data folder of PostgreSQL, and it is not empty; nothing was changed.".formatted(data));
        }
    }

    /** A password from an earlier start that did not get further is as good as a new one. */
    private void makePassword() throws IOException {
        if (!Files.exists(passwordFile)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            PrivateFiles.write(
                    passwordFile, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        }
    }

    /** Every try has a folder of its own: the initdb of a Grantkeeper that was killed may still be writing into its. */
    private void create(PostgresPrograms programs) throws IOException {
        Path unfinished = Files.createTempDirectory(data.resolveSibling(""), UNFINISHED);
        PostgresPrograms.Outcome outcome = programs.run(
                CREATION_LIMIT,
                "initdb",
                "--pgdata=" + unfinished,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions");
        if (!outcome.succeeded()) {
            throw new EmbeddedDatabaseException(
                    "PostgreSQL could not make its data folder in %s: %s".formatted(unfinished, outcome.output()));
        }
        PrivateFiles.moveDurably(unfinished, data);
    }

    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(data.resolveSibling(""), UNFINISHED + "*")) {
            for (Path folder : folders) {
                removeIfAbandoned(folder);
            }
        }
    }

    private static void removeIfAbandoned(Path folder) {
        try {
            PrivateFiles.deleteTree(folder);
        } catch (IOException stillWritten) {
            // A later start removes it; none depends on it.
        }
    }
}
