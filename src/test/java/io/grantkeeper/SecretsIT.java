package io.grantkeeper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grantkeeper.boot.OperatorsPostgres;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.CanaryScan;
import io.grantkeeper.testing.CanaryScan.Finding;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The last of all tests: whether a secret of any of them stands where none may. */
@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretsIT {

    private static final String SIGN_IN_CODE = "sign-in code";
    /** What one answer is for: an agent's token, a new agent's secret, a person's link, a code on its way through a browser. */
    private static final Map<String, Predicate<Answer>> MEANT = Map.of(
            "access token",
            answer -> answer.status() == 200 && answer.uri().getPath().endsWith("/token"),
            "signing key",
            answer -> answer.uri().getPath().startsWith("/api/agents"),
            "ticket",
            answer -> answer.uri().getPath().startsWith("/api/apps/authorize"),
            SIGN_IN_CODE,
            answer -> answer.uri().getPath().startsWith("/api/local"),
            "authorization code",
            Answer::isRedirect);

    private static final Path TARGET = PackagedService.logs().getParent();

    private final CanaryScan scan = new CanaryScan(Canaries.all());

    @Test
    @Order(1)
    void A124_noSecretStandsInTheDatabase() {
        // Given
        assumeTrue(OperatorsService.isRunning());
        Map<String, List<String>> tables = OperatorsService.get().database().contents();

        // When
        List<Finding> findings = new ArrayList<>();
        tables.forEach((table, rows) -> findings.addAll(scan.search(Path.of(table), String.join("\n", rows))));

        // Then
        assertThat(tables.get("credential")).isNotEmpty();
        assertThat(findings).isEmpty();
    }

    @Test
    @Order(2)
    void A124_noSecretStandsInTheDatabasesFilesOrItsWriteAheadLog() throws IOException {
        // Given
        assumeTrue(OperatorsService.isRunning());
        OperatorsPostgres.checkpoint();

        // When
        List<Finding> findings = scan.search(List.of(OperatorsPostgres.files()));

        // Then
        assertThat(OperatorsPostgres.files().resolve("pg_wal")).isNotEmptyDirectory();
        assertThat(findings).isEmpty();
    }

    @Test
    @Order(2)
    void A59_noSecretStandsInAnAnswerThatIsNotForIt() {
        // When
        List<String> findings = Answer.all().stream().flatMap(this::findings).toList();

        // Then
        assertThat(Answer.all()).hasSizeGreaterThan(100);
        assertThat(findings).isEmpty();
    }

    private Stream<String> findings(Answer answer) {
        Path where = Path.of(answer.status() + " " + answer.uri().getPath().replace('/', ' '));
        return scan.search(where, answer.headers().map() + "\n" + answer.body()).stream()
                .filter(finding -> MEANT.entrySet().stream()
                        .noneMatch(meant -> isOf(meant.getKey(), finding)
                                && meant.getValue().test(answer)))
                .map(Finding::toString)
                .distinct();
    }

    private static boolean isOf(String kind, Finding finding) {
        return finding.kind().replaceFirst("^signature of a ", "").startsWith(kind);
    }

    @Test
    @Order(2)
    void A126_noSecretStandsInTheMetrics() {
        // Given
        assumeTrue(OperatorsService.isRunning());
        String metrics = Api.ofNobody(OperatorsService.get().process().managementUrl())
                .get("/q/metrics")
                .body();

        // When
        List<Finding> findings = scan.search(Path.of("metrics"), metrics);

        // Then
        assertThat(metrics).contains("grantkeeper_refreshes_total");
        assertThat(metrics)
                .as("where a label would be an address with a secret in it")
                .doesNotContain("http_client_");
        assertThat(findings).isEmpty();
    }

    @Test
    @Order(3)
    void A125_A126_noSecretStandsInAnyLogNorInThatOfADatabaseThatLogsAllItIsAsked() throws IOException {
        // Given
        OperatorsService.stop();

        // When
        List<Finding> findings = scan.search(logs());

        // Then
        assertThat(findings).filteredOn(finding -> !isLinkForThePerson(finding)).isEmpty();
        assertThat(TARGET.resolve("operators-postgres/postgres.log"))
                .content(ISO_8859_1)
                .contains("update credential", "insert into credential");
        // What is known to stand there is found, so the rest would have been.
        assertThat(findings.stream().anyMatch(SecretsIT::isLinkForThePerson))
                .isEqualTo(Canaries.all().containsValue(SIGN_IN_CODE));
    }

    /**
     * A service with an owner of its own prints a link that signs the owner's browser in. It is for the person at the
     * terminal, goes nowhere else, and is dead once it was used: {@link MainJobIT} holds it to that.
     */
    private static boolean isLinkForThePerson(Finding finding) {
        return finding.kind().equals(SIGN_IN_CODE)
                && finding.file().toString().endsWith(".out.log")
                && line(finding).strip().matches("http://127\\.0\\.0\\.1:\\d+/#sign-in=\\S+");
    }

    private static String line(Finding finding) {
        try {
            return Files.readAllLines(finding.file()).get(finding.line() - 1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Path> logs() throws IOException {
        List<Path> logs = new ArrayList<>(List.of(
                PackagedService.logs(),
                TARGET.resolve("surefire-reports"),
                TARGET.resolve("failsafe-reports"),
                TARGET.resolve("operators-postgres/postgres.log"),
                TARGET.resolve("chaos-postgres/postgres.log")));
        Path homes = TARGET.resolve("service-homes");
        if (Files.exists(homes)) {
            try (Stream<Path> folders = Files.list(homes)) {
                folders.map(home -> home.resolve("postgres.log")).forEach(logs::add);
            }
        }
        return logs;
    }
}
