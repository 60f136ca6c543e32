package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One first start, watched from outside. */
class EmbeddedDatabaseFirstStartTest {

    @TempDir
    static Path folder;

    private static final ProcessWatch WATCH = new ProcessWatch();
    private static Path home;
    private static EmbeddedDatabase database;

    @BeforeAll
    static void start() throws InterruptedException {
        home = folder.resolve("of/a grantkeeper");
        WATCH.start();
        database = EmbeddedDatabase.start(home);
        WATCH.stop();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void everyFolderAndFileIsItsOwnersAlone() throws IOException {
        // When
        Map<String, List<Path>> byPermissions = permissionsBelow(home);

        // Then
        assertThat(byPermissions).containsOnlyKeys("folder rwx------", "file rw-------", "file rwx------");
        assertThat(byPermissions.get("file rwx------"))
                .allMatch(path -> path.startsWith(home.resolve("postgres-binaries")));
    }

    @Test
    void A135_noEntryOfTheAccessFileTrustsAnybody() throws IOException {
        // When
        List<String> entries = Files.readAllLines(home.resolve("postgres/pg_hba.conf")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();

        // Then
        assertThat(entries).isNotEmpty().allMatch(entry -> entry.endsWith(" scram-sha-256"));
    }

    @Test
    void A135_noProcessEverHadThePasswordInItsCommandLineOrEnvironment() {
        // Given
        assumeTrue(ProcessWatch.isPossible());

        // Then
        assertThat(WATCH.seen()).anyMatch(text -> text.contains("initdb"));
        assertThat(WATCH.seen())
                .noneMatch(text -> text.contains(database.password().reveal()));
    }

    @Test
    void theServerInheritsNothingOfOurEnvironmentButThePath() throws IOException {
        // Given
        assumeTrue(ProcessWatch.isPossible());
        Path environment = Path.of("/proc", Long.toString(Postgres.processId(home)), "environ");

        // When
        Stream<String> names = Files.readString(environment)
                .replace('\0', '\n')
                .lines()
                .map(variable -> variable.substring(0, variable.indexOf('=')));

        // Then
        assertThat(names)
                .allMatch(name -> name.startsWith("PG")
                        || Set.of("PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_")
                                .contains(name));
    }

    @Test
    void itAnswers() throws SQLException {
        // When
        String version = Postgres.ask(database, "SHOW server_version");

        // Then
        assertThat(version).startsWith("18.");
    }

    @Test
    void aCommitIsOnDiskBeforeItIsAcknowledged() throws SQLException {
        assertThat(Postgres.ask(database, "SHOW fsync")).isEqualTo("on");
        assertThat(Postgres.ask(database, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(Postgres.ask(database, "SHOW full_page_writes")).isEqualTo("on");
    }

    @Test
    void itListensOnTheLoopbackAddressAndOnNoSocketFile() throws SQLException {
        assertThat(Postgres.ask(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(Postgres.ask(database, "SHOW unix_socket_directories")).isEmpty();
    }

    private static Map<String, List<Path>> permissionsBelow(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !Files.isSymbolicLink(path))
                    .collect(Collectors.groupingBy(EmbeddedDatabaseFirstStartTest::permissions));
        }
    }

    private static String permissions(Path path) {
        try {
            return (Files.isDirectory(path) ? "folder " : "file ")
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
