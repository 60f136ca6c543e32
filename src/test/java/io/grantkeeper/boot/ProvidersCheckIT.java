package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.grantkeeper.testing.Program;
import io.grantkeeper.testing.Program.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code grantkeeper providers check}, as whoever writes an entry runs it. */
class ProvidersCheckIT {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("grantkeeper.package"), "grantkeeper").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ACME = """
            id: acme
            name: Acme
            authorization_url: https://login.acme.example/authorize
            token_url: https://login.acme.example/token
            scopes: {files.read: Read your files}
            revocation: {url: 'https://login.acme.example/revoke'}
            """;

    private static final Map<String, String> ALLOWED = Map.of("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true");

    @TempDir
    private Path folder;

    @Test
    void anEntryThatIsWellIsToldStepByStep() throws IOException {
        // Given
        write("acme.yaml", ACME);

        // When
        Ended ended = run("providers", "check", "acme.yaml");

        // Then
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output().lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("authorization", "passed", "https://login.acme.example/authorize?response_type=code"))
                .anySatisfy(line ->
                        assertThat(line).contains("revocation", "passed", "POST https://login.acme.example/revoke"))
                .last()
                .asString()
                .startsWith("0 faults; 1 entry tried: ");
    }

    @Test
    void aFaultIsToldWithFileAndLine() throws IOException {
        // Given
        write("acme.yaml", ACME + "colour: red\n");

        // When
        Ended ended = run("providers", "check", "acme.yaml");

        // Then
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output().lines()).first().isEqualTo("acme.yaml:7: has the unknown key colour");
    }

    @Test
    void theEntriesOfAFolderAreTriedForThemselves() throws IOException {
        // Given
        write("entries/a.yaml", ACME);
        write("entries/b.yaml", ACME.replace("id: acme", "id: other"));
        write("entries/c.yaml", "id: acme\n");

        // When
        Ended ended = run("providers", "check", "entries");

        // Then
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("entries/c.yaml:1: lacks the key name\n")
                .contains("; 2 entries tried: ");
    }

    @Test
    void aProgramReadsAReport() throws IOException {
        // Given
        write("acme.yaml", ACME);
        write("wrong.yaml", "id: wrong\n");

        // When
        Ended ended = run("providers", "check", ".", "--output", "json");

        // Then
        assertThat(ended.code()).isEqualTo(1);
        JsonNode report = JSON.readTree(ended.output());
        assertThat(report.path("verdict").asText()).isEqualTo("wrong");
        assertThat(report.at("/faults/0/file").asText()).isEqualTo("./wrong.yaml");
        assertThat(report.at("/faults/0/line").asInt()).isEqualTo(1);
        assertThat(report.at("/entries/0/provider").asText()).isEqualTo("acme");
        assertThat(report.at("/entries/0/dryRun"))
                .anySatisfy(step -> assertThat(step.toString()).contains("\"exchange\"", "\"passed\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "providers check nowhere.yaml",
                "providers check",
                "providers check . --colour",
                "providers check . --output xml",
                "providers",
                "nonsense"
            })
    void wrongUsageIsToldHowItIsRight(String line) {
        // When
        Ended ended = run(line.split(" "));

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).isEmpty();
        assertThat(ended.errors()).contains("Usage: grantkeeper").doesNotContain("\tat ");
    }

    @Test
    void helpAndVersionAreNoFailures() {
        assertThat(run("--help").output()).contains("serve", "dashboard", "providers");
        assertThat(run("--version").output().strip()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(run("providers", "check", "--help").output()).contains("FILE|DIR", "--live");
        assertThat(run("providers", "check", "--version").output())
                .isEqualTo(run("--version").output());
    }

    @Test
    void nobodyIsAskedWhereThereIsNoIssuer() throws IOException {
        // Given
        write("acme.yaml", ACME);

        // When
        Ended ended = run("providers", "check", "--live", "acme.yaml");

        // Then
        assertThat(ended.code()).isZero();
        assertThat(ended.output()).contains("no issuer in the entry");
    }

    @Test
    void anIssuerOnThisMachineIsAskedOnlyWhereThatIsAllowed() throws IOException {
        // Given
        HttpServer issuer = issuer();
        write("acme.yaml", entryOf(issuer));

        // When
        Ended refused = run("providers", "check", "--live", "acme.yaml");
        Ended allowed = run(ALLOWED, "providers", "check", "--live", "acme.yaml", "--output", "json");
        issuer.stop(0);
        Ended away = run(ALLOWED, "providers", "check", "--live", "acme.yaml");

        // Then
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).startsWith("acme.yaml:3: issuer must be https\n");
        assertThat(allowed.code()).as(allowed.output()).isZero();
        assertThat(words(JSON.readTree(allowed.output()).at("/entries/0/live")))
                .contains("metadata passed", "issuer passed", "token_url passed", "pkce passed", "scopes remark");
        assertThat(away.code()).as(away.output()).isEqualTo(5);
        assertThat(away.output()).contains("unreachable");
    }

    private static Stream<String> words(JsonNode steps) {
        return StreamSupport.stream(steps.spliterator(), false)
                .map(step ->
                        step.path("step").asText() + " " + step.path("result").asText());
    }

    private static String entryOf(HttpServer issuer) {
        return """
                id: acme
                name: Acme
                issuer: %s
                scopes: {openid: Sign in, files.read: Read}
                """.formatted(url(issuer));
    }

    private static String url(HttpServer issuer) {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }

    private static HttpServer issuer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        byte[] document = """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
                 "code_challenge_methods_supported": ["S256"], "scopes_supported": ["openid"]}
                """.formatted(url(server)).getBytes(UTF_8);
        server.createContext("/.well-known/openid-configuration", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, document.length);
                exchange.getResponseBody().write(document);
            }
        });
        server.start();
        return server;
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Ended run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Ended run(Map<String, String> environment, String... arguments) {
        String[] command = Stream.concat(Stream.of(LAUNCHER.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return Program.run(folder, environment, command);
    }
}
