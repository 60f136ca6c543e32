package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.PackagedService.Ended;
import io.grantkeeper.testing.TestDatabase;
import io.grantkeeper.testing.TestKeyRing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that come to nothing: each says in one sentence what stands in the way, and changes nothing. */
class RefusedStartIT {

    private static final Duration QUICKLY = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private OperatorsService operators;
    private TestDatabase database;

    @BeforeEach
    void aDatabaseThatIsInUse() {
        operators = OperatorsService.get();
        database = operators.database();
    }

    @ParameterizedTest
    @ValueSource(strings = {"k1", "another"})
    void F40_F41_aKeyRingThatTheDatabaseWasNotSealedWithIsRefusedAndNothingWritten(String keyId) {
        // Given
        operators.user().connect(operators.telling());
        Map<String, List<String>> before = contents();

        // When
        Ended ended = operators
                .setup("wrong-keyring")
                .set("GRANTKEEPER_KEYRING_FILE", TestKeyRing.write(folder, keyId))
                .startAndEnd();

        // Then
        assertRefused(ended, "key ring");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void aKeyRingFileThatIsNotThereIsNamed() {
        // When
        Ended ended = operators
                .setup("no-keyring-file")
                .set("GRANTKEEPER_KEYRING_FILE", folder.resolve("nowhere.json"))
                .startAndEnd();

        // Then
        assertRefused(ended, folder.resolve("nowhere.json").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{\"primary\": \"k2\", \"keys\": {\"k1\": \"AAAA\"}}",
                "{\"primary\": \"k1\", \"keys\": {\"k1\": \"c2hvcnQta2V5LW5vdC0zMi1ieXRlcw==\"}}"
            })
    void F41_aKeyRingThatIsNoneIsRefusedWithoutAWordOfIt(String content) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("broken.json"), content);

        // When
        Ended ended = operators
                .setup("broken-keyring")
                .set("GRANTKEEPER_KEYRING_FILE", file)
                .startAndEnd();

        // Then
        assertRefused(ended, "key ring");
        assertThat(ended.errors()).doesNotContain("c2hvcnQ", "AAAA");
    }

    @Test
    void aDatabaseWithoutAKeyRingIsRefused() {
        // When
        Ended ended =
                operators.setup("no-keyring").unset("GRANTKEEPER_KEYRING_FILE").startAndEnd();

        // Then
        assertRefused(ended, "GRANTKEEPER_KEYRING_FILE");
    }

    @Test
    void aDatabaseWithoutAnIssuerOfUsersIsRefused() {
        // When
        Ended ended =
                operators.setup("no-issuer").unset("GRANTKEEPER_USERS_ISSUER").startAndEnd();

        // Then
        assertRefused(ended, "GRANTKEEPER_USERS_ISSUER");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamed() {
        // Given
        int nobody = PackagedService.freePort();

        // When
        Ended ended = operators
                .setup("no-database")
                .set("GRANTKEEPER_DATABASE_URL", url(nobody, database.name(), database.password()))
                .startAndEnd();

        // Then
        assertRefused(ended, "127.0.0.1:" + nobody);
    }

    @Test
    void aDatabaseThatTakesConnectionsAndSaysNothingIsNotWaitedForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            // When
            Ended ended = operators
                    .setup("silent-database")
                    .set("GRANTKEEPER_DATABASE_URL", url(silent.getLocalPort(), database.name(), database.password()))
                    .startAndEnd();

            // Then
            assertRefused(ended, "127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void aDatabaseThatDoesNotExistIsNamed() {
        // When
        Ended ended = operators
                .setup("other-database")
                .set("GRANTKEEPER_DATABASE_URL", url(database.port(), "nothing_here", database.password()))
                .startAndEnd();

        // Then
        assertRefused(ended, "nothing_here");
    }

    @Test
    void aPasswordThatIsWrongIsNotRepeated() {
        // Given
        String wrong = Canaries.fresh("database password");

        // When
        Ended ended = operators
                .setup("wrong-password")
                .set("GRANTKEEPER_DATABASE_URL", url(database.port(), database.name(), wrong))
                .startAndEnd();

        // Then
        assertRefused(ended, "password");
        assertThat(ended.errors()).doesNotContain(wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://127.0.0.1/grantkeeper",
                "postgresql://127.0.0.1/grantkeeper",
                "postgresql://user:canary-in-a-broken-url@127.0.0.1:99999999/",
                "postgresql://user:canary-in-a-broken-url@127.0.0.1/name?sslmode=maybe"
            })
    void anAddressThatIsNoneIsToldHowToWrite(String url) {
        // When
        Ended ended = operators
                .setup("broken-address")
                .set("GRANTKEEPER_DATABASE_URL", url)
                .startAndEnd();

        // Then
        assertRefused(ended, "GRANTKEEPER_DATABASE_URL");
        assertThat(ended.errors()).doesNotContain("canary-in-a-broken-url");
    }

    @Test
    void aPortThatIsInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            // When
            Ended ended = operators
                    .setup("taken-port")
                    .set("QUARKUS_HTTP_PORT", taken.getLocalPort())
                    .startAndEnd();

            // Then
            assertThat(ended.code()).as(ended::toString).isNotZero();
            assertThat(ended.output() + ended.errors())
                    .contains(Integer.toString(taken.getLocalPort()))
                    .containsIgnoringCase("port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void theEmbeddedDefaultServesThisMachineOnly() {
        // Given
        Path home = Home.fresh("not-for-others");

        // When
        Ended ended = PackagedService.embedded("not-for-others", home)
                .set("QUARKUS_HTTP_HOST", "0.0.0.0")
                .startAndEnd();

        // Then
        assertRefused(ended, "QUARKUS_HTTP_HOST");
        assertThat(home).doesNotExist();
    }

    @Test
    void aHomeThatOthersCanChangeIsRefused() throws IOException {
        // Given
        Path home = Files.createDirectories(Home.fresh("open-to-others"));
        Files.setPosixFilePermissions(home, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));

        // When
        Ended ended = PackagedService.embedded("open-to-others", home).startAndEnd();

        // Then
        assertRefused(ended, "chmod 700 " + home);
    }

    private String url(int port, String name, String password) {
        return new TestDatabase(database.host(), port, name, database.user(), password).url();
    }

    /** Less what the service that all tests share writes now and then: the audit trail, how often each key has sealed. */
    private Map<String, List<String>> contents() {
        Map<String, List<String>> contents = database.contents();
        contents.remove("audit_event");
        contents.put("key_check", database.ask("select key_id || sealed::text from key_check order by key_id"));
        return contents;
    }

    private static void assertRefused(Ended ended, String because) {
        assertThat(ended.code()).as(ended::toString).isEqualTo(1);
        assertThat(ended.after()).isLessThan(QUICKLY);
        assertThat(ended.errors()).contains(because).doesNotContain("\tat ", "Exception");
        assertThat(ended.errors().lines()).hasSize(1);
        assertThat(ended.output()).isEmpty();
    }
}
