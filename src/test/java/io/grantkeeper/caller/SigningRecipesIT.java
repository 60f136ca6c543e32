package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.OperatorsService.Connected;
import io.grantkeeper.testing.Program;
import io.grantkeeper.testing.Program.Ended;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The blocks of docs/signing.md, run as they stand there by the programs that they are for. */
class SigningRecipesIT {

    private static final Path PAGE = Path.of("docs/signing.md").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WRONG_SECRET = "0123456789abcdef".repeat(4);
    private static final Duration WRONG_BY = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private OperatorsService operators;
    private TestUser user;

    /** What on the page signs, and with what. */
    private enum Recipe {
        SHELL_WITH_A_SECRET("GRANTKEEPER_SECRET"),
        SHELL_WITH_A_KEY("GRANTKEEPER_KEY"),
        JAVASCRIPT_WITH_A_SECRET("GRANTKEEPER_SECRET"),
        JAVASCRIPT_WITH_A_KEY("GRANTKEEPER_KEY"),
        PYTHON_WITH_A_SECRET("GRANTKEEPER_SECRET");

        private final String credential;

        Recipe(String credential) {
            this.credential = credential;
        }

        List<String> command(Path folder, String... call) throws IOException {
            List<String> program = switch (this) {
                case SHELL_WITH_A_SECRET -> shell(folder, block("sh", "grantkeeper_curl()") + block("sh", "-macopt"));
                case SHELL_WITH_A_KEY -> shell(folder, block("sh", "grantkeeper_curl()"));
                case JAVASCRIPT_WITH_A_SECRET, JAVASCRIPT_WITH_A_KEY ->
                    List.of("node", file(folder, "grantkeeper.mjs", block("js", "fetch")));
                case PYTHON_WITH_A_SECRET ->
                    List.of("python3", file(folder, "grantkeeper.py", block("python", "urlopen")));
            };
            return Stream.concat(program.stream(), Arrays.stream(call)).toList();
        }

        private static List<String> shell(Path folder, String functions) throws IOException {
            return List.of("sh", "-u", file(folder, "grantkeeper.sh", functions + "grantkeeper_curl \"$@\"\n"));
        }
    }

    @BeforeAll
    static void whatTheyAreRunBy() {
        Program.need("GRANTKEEPER_TEST_CLIENTS", "sh", "openssl", "curl", "node", "python3");
    }

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
    }

    @ParameterizedTest
    @EnumSource
    void aTokenIsFetched(Recipe recipe) throws IOException {
        // Given
        String id = user.connect(operators.telling());
        Map<String, String> agent = agent(user, recipe);

        // When
        Ended token = run(recipe, agent, "GET", "/api/apps/" + id + "/token");

        // Then
        assertThat(answer(token).path("accessToken").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aQueryIsSigned(Recipe recipe) throws IOException {
        // Given
        String id = user.connect(operators.telling());
        user.connect(operators.plain());
        Map<String, String> agent = agent(user, recipe);

        // When
        Ended list = run(recipe, agent, "GET", "/api/apps?provider=telling&status=active");
        Ended token = run(recipe, agent, "GET", "/api/apps/" + id + "/token?scopes=read%20write&minValidity=30");

        // Then
        assertThat(answer(list).path("items"))
                .extracting(item -> item.path("id").asText())
                .containsExactly(id);
        assertThat(answer(token).path("provider").asText()).isEqualTo("telling");
    }

    @ParameterizedTest
    @EnumSource
    void aBodyIsSigned(Recipe recipe) throws IOException {
        // Given
        Map<String, String> agent = agent(user, recipe);

        // When
        Ended link = run(recipe, agent, "POST", "/api/apps/authorize", "{\"provider\": \"telling\"}");

        // Then
        assertThat(answer(link).path("authorizationUrl").asText())
                .startsWith(operators.process().url().toString());
    }

    @ParameterizedTest
    @EnumSource
    void A61_aWrongSecretEndsInAFailureThatSaysSo(Recipe recipe) throws IOException {
        // Given
        Map<String, String> agent = new HashMap<>(agent(user, recipe));
        agent.replace("GRANTKEEPER_SECRET", WRONG_SECRET);
        agent.computeIfPresent("GRANTKEEPER_KEY", (variable, key) -> anotherKey());

        // When
        Ended refused = run(recipe, agent, "GET", "/api/apps");

        // Then
        assertThat(refused.code()).isNotZero();
        assertThat(refused.output() + refused.errors()).contains("unauthenticated", "not one of a known key");
    }

    @ParameterizedTest
    @EnumSource(names = {"JAVASCRIPT_WITH_A_SECRET", "PYTHON_WITH_A_SECRET"})
    void A64_aWrongClockIsCorrectedByTheServers(Recipe recipe) throws IOException {
        // Given
        Map<String, String> agent = new HashMap<>(agent(user, recipe));
        agent.putAll(wrongClock());

        // When
        Ended list = run(recipe, agent, "GET", "/api/apps");

        // Then
        assertThat(answer(list).path("items")).isEmpty();
        assertThat(clock(recipe, agent)).isBefore(Instant.now().minus(WRONG_BY.minusMinutes(1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"JAVASCRIPT_WITH_A_SECRET", "PYTHON_WITH_A_SECRET"})
    void whoIsToldToComeAgainDoes(Recipe recipe) throws IOException {
        // Given
        Connected connection = operators.expired();
        Map<String, String> agent = agent(connection.user(), recipe);
        operators.telling().next(Endpoint.TOKEN, Script.json(503, "{\"error\": \"temporarily_unavailable\"}"));

        // When
        Ended token = run(recipe, agent, "GET", "/api/apps/" + connection.id() + "/token");

        // Then
        assertThat(answer(token).path("accessToken").asText()).isNotEmpty();
        assertThat(operators.telling().refreshes()).hasSize(2);
    }

    @Test
    void theCallsOnThePageWork() throws IOException {
        // Given
        user.connect(operators.telling());
        String calls = block("sh", "grantkeeper_curl GET").replace("google", "telling");

        // When
        Ended all = Program.run(
                folder,
                agent(user, Recipe.SHELL_WITH_A_KEY),
                "sh",
                "-euc",
                block("sh", "grantkeeper_curl()") + calls.replace("\ngrantkeeper_curl", "\necho; grantkeeper_curl"));

        // Then
        assertThat(all.code()).as(all::toString).isZero();
        assertThat(all.output().lines()).hasSize(3);
    }

    private Ended run(Recipe recipe, Map<String, String> environment, String... call) throws IOException {
        return Program.run(folder, environment, recipe.command(folder, call).toArray(String[]::new));
    }

    private static JsonNode answer(Ended ended) throws IOException {
        assertThat(ended.code()).as(() -> ended + " " + refusal(ended)).isZero();
        return JSON.readTree(ended.output());
    }

    /** What curl was refused with is no secret. */
    private static String refusal(Ended ended) {
        return ended.output().contains("error_description") ? ended.output() : "";
    }

    /** Registers one as the page says, and returns what its program has to know. */
    private Map<String, String> agent(TestUser owner, Recipe recipe) throws IOException {
        String registration = recipe.credential.equals("GRANTKEEPER_KEY") ? "ed25519" : "\"mode\": \"token\"}'";
        String service = operators.process().url().toString();
        Ended registered = Program.run(
                folder,
                Map.of("GRANTKEEPER_URL", service, "USER_TOKEN", owner.token()),
                "sh",
                "-euc",
                block("sh", registration));
        JsonNode agent = answer(registered);
        String credential = agent.has("secret")
                ? Canaries.add("signing key", agent.path("secret").asText())
                : folder.resolve("agent.pem").toString();
        return Map.of(
                "GRANTKEEPER_URL",
                service,
                "GRANTKEEPER_AGENT",
                agent.path("id").asText(),
                recipe.credential,
                credential);
    }

    private String anotherKey() {
        Path key = folder.resolve("another.pem");
        Ended made =
                Program.run(folder, Map.of(), "openssl", "genpkey", "-algorithm", "ed25519", "-out", key.toString());
        assertThat(made.code()).isZero();
        return key.toString();
    }

    /** Has node and Python take it to be earlier than it is. */
    private Map<String, String> wrongClock() throws IOException {
        String late = file(folder, "late.cjs", """
                const rightly = Date.now
                Date.now = () => rightly() - %d
                """.formatted(WRONG_BY.toMillis()));
        Files.writeString(folder.resolve("sitecustomize.py"), """
                import time
                rightly = time.time
                time.time = lambda: rightly() - %d
                """.formatted(WRONG_BY.toSeconds()));
        return Map.of("NODE_OPTIONS", "--require=" + late, "PYTHONPATH", folder.toString());
    }

    private Instant clock(Recipe recipe, Map<String, String> environment) {
        String[] command = recipe == Recipe.PYTHON_WITH_A_SECRET
                ? new String[] {"python3", "-c", "import time; print(int(time.time() * 1000))"}
                : new String[] {"node", "-p", "Date.now()"};
        return Instant.ofEpochMilli(Long.parseLong(
                Program.run(folder, environment, command).output().strip()));
    }

    /** The one block in this language that has this in it. */
    private static String block(String language, String part) {
        List<String> blocks = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
                .matcher(page())
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(part))
                .toList();
        assertThat(blocks).as("blocks with " + part).hasSize(1);
        return blocks.getFirst();
    }

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String file(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
