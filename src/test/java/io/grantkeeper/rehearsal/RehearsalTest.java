package io.grantkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.provider.Fault;
import io.grantkeeper.provider.OperatorEntries;
import io.grantkeeper.provider.TestSettings;
import io.grantkeeper.rehearsal.Report.Tried;
import io.grantkeeper.rehearsal.Report.Verdict;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RehearsalTest {

    private static final String ACME = """
            id: acme
            name: Acme
            authorization_url: https://login.acme.example/authorize
            token_url: https://login.acme.example/token
            scopes: {files.read: Read your files, files.write: Write your files}
            default_scopes: [files.read]
            userinfo: {url: https://api.acme.example/me, subject: /data/id}
            """;

    private static Vertx vertx;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void anEntryWithWhichNothingIsWrongIsTriedStepByStep() throws IOException {
        // When
        Report report = check(write("acme.yaml", ACME));

        // Then
        assertThat(report.verdict()).isEqualTo(Verdict.FINE);
        assertThat(words(report))
                .containsEntry("authorization", "passed")
                .containsEntry("exchange", "passed")
                .containsEntry("identity", "passed")
                .containsEntry("default scopes", "passed")
                .containsEntry("refresh", "passed")
                .containsEntry("error invalid_grant", "passed")
                .containsEntry("error invalid_client", "passed")
                .containsEntry("error 503", "passed")
                .containsEntry("error unreadable", "passed")
                .containsEntry("revocation", "skipped");
        assertThat(step(report, "revocation").detail()).isEqualTo("no revocation in the entry");
    }

    @Test
    void theAuthorizationRequestIsShownAsItGoesToTheRealProvider() throws IOException {
        // When
        Report report = check(write("acme.yaml", ACME));

        // Then
        assertThat(step(report, "authorization").detail())
                .startsWith("https://login.acme.example/authorize?response_type=code&client_id=CLIENT_ID&")
                .contains("scope=files.read%20files.write", "code_challenge_method=S256");
    }

    @Test
    void whatAnEntryLeavesToItsIssuerIsPublishedByTheImitation() throws IOException {
        // When
        Report report = check(write("acme.yaml", """
                id: acme
                name: Acme
                issuer: https://login.acme.example/tenant
                scopes: {openid: Sign in}
                """));

        // Then
        assertThat(report.verdict()).isEqualTo(Verdict.FINE);
        assertThat(words(report))
                .containsEntry("exchange", "passed")
                .containsEntry("identity", "passed")
                .containsEntry("revocation", "passed");
    }

    @Test
    void aPluginsManifestIsTriedToo() throws IOException {
        // When
        Report report = check(write("crm.json", """
                {"oauth": {"provider": "custom", "providerName": "Acme CRM", "authorizationUrl": "https://crm.acme.example/auth",
                           "tokenUrl": "https://crm.acme.example/token", "scopes": ["read"],
                           "clientIdSecret": "CRM_ID", "clientSecretSecret": "CRM_SECRET"},
                 "developerSecrets": {"CRM_ID": {"required": true}, "CRM_SECRET": {"required": true}}}
                """));

        // Then
        assertThat(report.faults()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.FINE);
        assertThat(report.entries()).extracting(Tried::provider).containsExactly("acme-crm");
        assertThat(words(report)).containsEntry("exchange", "passed").containsEntry("identity", "skipped");
    }

    @Test
    void aPluginThatUsesABuiltInProviderHasNothingToTry() throws IOException {
        // When
        Report report = check(write("mail.json", """
                {"oauth": {"provider": "github", "scopes": ["repo"]}}
                """));

        // Then
        assertThat(report.verdict()).isEqualTo(Verdict.FINE);
        assertThat(words(report)).containsExactly(Map.entry("authorization", "skipped"));
    }

    @Test
    void aProviderWithoutRefreshTokensIsNotAskedForOne() throws IOException {
        // When
        Report report = check(write("acme.yaml", ACME + "refresh: {issues_refresh_token: never}\n"));

        // Then
        assertThat(words(report)).containsEntry("refresh", "skipped").containsEntry("error invalid_grant", "passed");
    }

    /** The ID token comes only with openid, which nobody asks for here. */
    @Test
    void anIdentityThatNobodyWillTellIsFound() throws IOException {
        // When
        Report report = check(write(
                "acme.yaml",
                ACME.replace(
                        "userinfo: {url: https://api.acme.example/me, subject: /data/id}",
                        "identity: {subject: 'id_token:/sub'}")));

        // Then
        assertThat(report.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(step(report, "identity"))
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.got()).isEqualTo("the provider did not tell the subject"));
        assertThat(words(report)).containsEntry("refresh", "passed");
    }

    @Test
    void aRuleThatAnEarlierOneHidesIsFound() throws IOException {
        // When
        Report report = check(write("acme.yaml", ACME + """
                token_errors:
                  - {error: expired, means: transient}
                  - {status: 400, error: expired, means: dead}
                """));

        // Then
        assertThat(step(report, "token_errors/0").word()).isEqualTo("passed");
        assertThat(step(report, "token_errors/1")).isInstanceOfSatisfying(Result.Failed.class, failed -> {
            assertThat(failed.expected()).isEqualTo("dead");
            assertThat(failed.got()).isEqualTo("transient");
        });
    }

    @Test
    void everythingThatIsWrongIsSaidWithItsLine() throws IOException {
        // Given
        Path file = write("acme.yaml", """
                id: acme
                name: Acme
                authorization_url: http://login.acme.example/authorize
                token_url: https://login.acme.example/token?a#b
                colour: red
                default_scopes: [nothing]
                """);

        // When
        Report report = check(file);

        // Then
        assertThat(report.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(report.entries()).isEmpty();
        assertThat(report.faults())
                .extracting(Fault::toString)
                .containsExactly(
                        file + ":3: authorization_url must be https",
                        file + ":4: token_url must not have a fragment",
                        file + ":5: has the unknown key colour",
                        file + ":6: default_scopes names nothing, which is not among scopes");
    }

    @Test
    void aFolderIsReadAsTheServiceReadsIt() throws IOException {
        // Given
        write("b.yaml", ACME);
        write("a.yaml", ACME.replace("id: acme", "id: Acme"));
        write("c.yaml", "# again\n" + ACME);
        write("notes.txt", "no entry");
        write(".hidden.yaml", "no entry");

        // When
        Report report = check(folder);

        // Then
        assertThat(report.faults())
                .extracting(Fault::file, Fault::line)
                .containsExactly(
                        tuple(folder.resolve("a.yaml").toString(), 1),
                        tuple(folder.resolve("c.yaml").toString(), 2));
        assertThat(report.entries()).extracting(Tried::file).containsExactly(folder.resolve("b.yaml"));
    }

    @Test
    void twoFilesWithOneWordForTheirScopesAreFound() throws IOException {
        // Given
        write("a.yaml", ACME + "services: {files: [files.read]}\n");
        write("b.yaml", ACME.replace("id: acme", "id: other") + "services: {files: [files.read]}\n");

        // When
        Report report = check(folder);

        // Then
        assertThat(report.faults())
                .extracting(Fault::reason)
                .containsExactly("the service files is that of another file's provider");
    }

    @Test
    void aWordOfABuiltInProviderIsFound() throws IOException {
        // When
        Report report = check(write("acme.yaml", ACME + "services: {google_gmail: [files.read]}\n"));

        // Then
        assertThat(report.faults())
                .extracting(Fault::reason)
                .containsExactly("services/google_gmail is a built-in provider's; choose another");
    }

    @Test
    void aPrivateAddressIsAFaultUnlessItIsAllowedForThisProvider() throws IOException {
        // Given
        Path file = write("acme.yaml", ACME.replace("https://login.acme.example", "http://10.0.0.1:8443"));

        // Then
        assertThat(check(file).verdict()).isEqualTo(Verdict.WRONG);
        assertThat(check(file, Map.of("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true")).verdict())
                .isEqualTo(Verdict.FINE);
    }

    @Test
    void aTableHasALineAStepAndOneOfCounts() throws IOException {
        // Given
        Report report = check(write("acme.yaml", ACME));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        // When
        new ReportTable(report).print(new PrintStream(out, true, UTF_8));

        // Then
        assertThat(out.toString(UTF_8).lines())
                .contains("acme  dry run  revocation            skipped  no revocation in the entry")
                .last()
                .isEqualTo("0 faults; 1 entry tried: 9 passed, 1 skipped, 0 remarks, 0 failed");
    }

    @ParameterizedTest
    @MethodSource("documented")
    void anEntryOfTheDocumentsIsWell(String entry) throws IOException {
        assertThat(check(write("acme.yaml", entry)).verdict()).isEqualTo(Verdict.FINE);
    }

    static Stream<String> documented() throws IOException {
        return Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/adding-a-provider.md")))
                .results()
                .map(block -> block.group(1));
    }

    @CanIgnoreReturnValue
    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Report check(Path path) {
        return check(path, Map.of());
    }

    private static Report check(Path path, Map<String, String> environment) {
        return new Rehearsal(() -> vertx, () -> Instant.EPOCH, new BoundedWait())
                .check(OperatorEntries.read(path, TestSettings.of(environment)), false);
    }

    private static Map<String, String> words(Report report) {
        return report.entries()
                .getFirst()
                .steps()
                .collect(Collectors.toMap(Step::name, step -> step.result().word()));
    }

    private static Result step(Report report, String name) {
        return report.entries()
                .getFirst()
                .steps()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow()
                .result();
    }
}
