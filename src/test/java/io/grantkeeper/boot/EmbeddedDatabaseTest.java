package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Later starts, all on one folder: making its data takes longer than all of them. */
class EmbeddedDatabaseTest {

    @TempDir
    static Path folder;

    private static Path home;

    @BeforeAll
    static void makeTheDataFolder() throws IOException {
        home = folder.toRealPath().resolve("home");
        EmbeddedDatabase.start(home).close();
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws SQLException {
        // Given
        try (EmbeddedDatabase first = EmbeddedDatabase.start(home)) {
            Postgres.execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        // When
        try (EmbeddedDatabase second = EmbeddedDatabase.start(home)) {

            // Then
            assertThat(Postgres.ask(second, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void closingTwiceStopsOnceAndEndsOpenSessions() throws SQLException, IOException {
        // Given
        EmbeddedDatabase database = EmbeddedDatabase.start(home);
        Connection session = Postgres.connect(database);

        // When
        database.close();
        database.close();

        // Then
        assertThat(session.isValid(1)).isFalse();
        assertThat(Postmaster.describedIn(home.resolve("postgres"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong"})
    void A135_nobodyGetsInWithoutThePassword(String password) {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            for (String user : List.of(database.user(), "postgres", System.getProperty("user.name"))) {
                // When
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> Postgres.connect(database, user, password))

                        // Then
                        .withMessageContaining("password");
            }
        }
    }

    @Test
    void A135_anotherUserCanReadNeitherPasswordNorData() throws Exception {
        // Given
        assumeTrue(HomeFolder.isRoot() && asNobody("true").waitFor() == 0);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        for (String file : List.of("postgres.password", "postgres/PG_VERSION", "postgres.log")) {
            // When
            Process reader = asNobody("cat", home.resolve(file).toString());

            // Then
            assertThat(reader.inputReader().lines()).isEmpty();
            assertThat(reader.waitFor()).isNotZero();
        }
    }

    @Test
    void aServerLeftBehindByAKilledGrantkeeperIsTakenOverAndStopped() throws Exception {
        // Given
        HeldDatabase killed = HeldDatabase.on(home);
        killed.kill();
        long leftBehind = Postgres.processId(home);

        // When
        EmbeddedDatabase database = EmbeddedDatabase.start(home);

        // Then
        assertThat(database.port()).isEqualTo(killed.port());
        assertThat(Postgres.processId(home)).isEqualTo(leftBehind);
        assertThat(Postgres.ask(database, "SELECT 1")).isEqualTo("1");

        // When
        database.close();

        // Then
        assertThat(Postmaster.describedIn(home.resolve("postgres"))).isEmpty();
    }

    @Test
    void aServerLeftBehindThatDoesNotAcceptThePasswordIsLeftRunning() throws Exception {
        // Given
        HeldDatabase.on(home).kill();
        long leftBehind = Postgres.processId(home);
        Path password = home.resolve("postgres.password");
        String right = Files.readString(password);
        Files.writeString(password, "another");

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> EmbeddedDatabase.start(home))

                // Then
                .withMessageContaining("process " + leftBehind)
                .withMessageContaining("does not accept the password in " + password);
        assertThat(Postgres.processId(home)).isEqualTo(leftBehind);

        Files.writeString(password, right);
        EmbeddedDatabase.start(home).close();
    }

    @Test
    void aSecondGrantkeeperOnTheSameFolderIsRefusedAndChangesNothing() throws SQLException {
        // Given
        try (EmbeddedDatabase first = EmbeddedDatabase.start(home)) {
            // When
            assertThatExceptionOfType(EmbeddedDatabaseException.class)
                    .isThrownBy(() -> EmbeddedDatabase.start(home))

                    // Then
                    .withMessage("Another Grantkeeper is running on %s.", home);
            assertThat(Postgres.ask(first, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aSecondGrantkeeperInAnotherProcessIsRefusedToo() throws Exception {
        // Given
        try (HeldDatabase first = HeldDatabase.on(home)) {
            long server = Postgres.processId(home);

            // When
            assertThatExceptionOfType(EmbeddedDatabaseException.class)
                    .isThrownBy(() -> EmbeddedDatabase.start(home))

                    // Then
                    .withMessageStartingWith("Another Grantkeeper is running");
            assertThat(Postgres.processId(home)).isEqualTo(server);
            assertThat(first.port()).isPositive();
        }
    }

    @Test
    void aPidFileThatNamesNoProcessDoesNotStandInTheWay() throws Exception {
        // Given
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        leavePidFile(ended.pid());

        // When
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {

            // Then
            assertThat(Postgres.ask(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aPidFileThatNamesAnotherProgramDoesNotStandInTheWay() throws Exception {
        // Given
        Process another = new ProcessBuilder("sleep", "60").start();
        leavePidFile(another.pid());

        // When
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {

            // Then
            assertThat(Postgres.ask(database, "SELECT 1")).isEqualTo("1");
            assertThat(another.isAlive()).isTrue();
        } finally {
            another.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4711\n"})
    void aPidFileThatIsCutOffDoesNotStandInTheWay(String content) throws Exception {
        // Given
        Files.writeString(home.resolve("postgres/postmaster.pid"), content);

        // When
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {

            // Then
            assertThat(Postgres.ask(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aServerThatWasKilledWithItsGrantkeeperRecoversWhatWasCommitted() throws Exception {
        // Given
        EmbeddedDatabase killed = EmbeddedDatabase.start(home);
        Postgres.execute(killed, "CREATE TABLE committed AS SELECT 42 AS answer");
        ProcessHandle.of(Postgres.processId(home)).orElseThrow().destroyForcibly();
        killed.close();

        // When
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {

            // Then
            assertThat(Postgres.ask(database, "SELECT answer FROM committed")).isEqualTo("42");
        }
    }

    @Test
    void aPortThatIsTakenIsExchangedForAnother() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free.close();
            Iterator<Integer> ports =
                    List.of(taken.getLocalPort(), free.getLocalPort()).iterator();

            // When
            try (EmbeddedDatabase database = EmbeddedDatabase.start(home, ports::next)) {

                // Then
                assertThat(database.port()).isEqualTo(free.getLocalPort());
            }
        }
    }

    @Test
    void whyItDoesNotStartIsSaid() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            assertThatExceptionOfType(EmbeddedDatabaseException.class)
                    .isThrownBy(() -> EmbeddedDatabase.start(home, taken::getLocalPort))

                    // Then
                    .withMessageStartingWith("PostgreSQL does not start")
                    .withMessageContaining("could not create any TCP/IP sockets")
                    .withMessageContaining("postgres.log");
        }
    }

    @Test
    void dataOfAnotherMajorVersionAreLeftAlone() throws IOException {
        // Given
        Path version = home.resolve("postgres/PG_VERSION");
        String ours = Files.readString(version);
        Files.writeString(version, "17\n");

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> EmbeddedDatabase.start(home))

                // Then
                .withMessageContaining("was written by PostgreSQL 17")
                .withMessageContaining("brings PostgreSQL 18")
                .withMessageContaining("nothing was changed");
        Files.writeString(version, ours);
    }

    @Test
    void dataWithoutTheirPasswordAreLeftAlone() throws IOException {
        // Given
        Path password = home.resolve("postgres.password");
        Path elsewhere = Files.move(password, folder.resolve("elsewhere"));

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> EmbeddedDatabase.start(home))

                // Then
                .withMessageContaining(password + " is missing");
        Files.move(elsewhere, password);
    }

    @Test
    void A135_aPasswordThatOthersCanReadIsNotUsed() throws IOException {
        // Given
        Path password = home.resolve("postgres.password");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> EmbeddedDatabase.start(home))

                // Then
                .withMessageContaining("chmod 600 " + password);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aFirstStartThatDiedOnItsWayIsFinishedByTheNext() throws Exception {
        // Given
        Path died = Files.createDirectory(folder.resolve("died"), PrivateFiles.FOLDER);
        PrivateFiles.write(died.resolve("postgres.password"), "chosen by the start that died\n");
        Path data = Files.createDirectories(died.resolve("postgres.unfinished-1/base"), PrivateFiles.FOLDER);
        Path programs =
                Files.createDirectories(died.resolve("postgres-binaries/unfinished-1/bin"), PrivateFiles.FOLDER);

        // When
        try (EmbeddedDatabase database = EmbeddedDatabase.start(died)) {

            // Then
            assertThat(Postgres.ask(database, "SELECT 1")).isEqualTo("1");
            assertThat(database.password().reveal()).isEqualTo("chosen by the start that died");
            assertThat(data.getParent()).doesNotExist();
            assertThat(programs.getParent()).doesNotExist();
        }
    }

    @Test
    void aFolderWithSomethingElseInPlaceOfTheDataIsLeftAlone() throws IOException {
        // Given
        Path other = Files.createDirectory(folder.resolve("other"), PrivateFiles.FOLDER);
        Files.createSymbolicLink(other.resolve("postgres-binaries"), home.resolve("postgres-binaries"));
        Path precious = Files.createDirectory(other.resolve("postgres")).resolve("precious");
        Files.writeString(precious, "not ours");

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> EmbeddedDatabase.start(other))

                // Then
                .withMessageContaining("is not a data folder of PostgreSQL");
        assertThat(precious).hasContent("not ours");
    }

    private static void leavePidFile(long processId) throws IOException {
        Files.writeString(
                home.resolve("postgres/postmaster.pid"),
                "%d%n%s%n1700000000%n5432%n%n127.0.0.1%n  1 2%nready%n".formatted(processId, home.resolve("postgres")));
    }

    private static Process asNobody(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).start();
    }
}
