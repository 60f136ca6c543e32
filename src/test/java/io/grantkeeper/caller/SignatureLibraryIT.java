package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Program;
import io.grantkeeper.testing.Program.Ended;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Signatures by a library of others: npm's http-message-signatures, pinned in src/test/js with all that it brings.
 *
 * <p>So the profile is RFC 9421's, and not our own reading of it on both sides.
 */
class SignatureLibraryIT {

    private static final Path SOURCE = Path.of("src/test/js").toAbsolutePath();
    private static final Path INSTALLED = PackagedService.logs().resolveSibling("js");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINK = "{\"provider\": \"telling\"}";

    @TempDir
    private Path folder;

    private URI url;
    private TestUser user;

    private enum Algorithm {
        HMAC_SHA256,
        ED25519
    }

    /** What the service said. */
    private record Said(int status, String error) {}

    @BeforeAll
    static void install() throws IOException {
        Program.need("GRANTKEEPER_TEST_CLIENTS", "node", "npm");
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "call.mjs")) {
            Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Ended installed = Program.run(
                INSTALLED,
                Map.of(),
                "npm",
                "ci",
                "--ignore-scripts",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier");
        assertThat(installed.code()).as(installed::toString).isZero();
    }

    @BeforeEach
    void aUser() {
        url = OperatorsService.get().process().url();
        user = OperatorsService.get().user();
    }

    @ParameterizedTest
    @EnumSource
    void aLibraryOfOthersIsUnderstood(Algorithm algorithm) throws Exception {
        // Given
        Map<String, String> agent = agent(algorithm);

        // When
        Said plain = send(agent, request("GET", "/api/apps", ""));
        Said query = send(agent, request("GET", "/api/apps?provider=telling&status=active", ""));
        Said body = send(agent, request("POST", "/api/apps/authorize", LINK));

        // Then
        assertThat(plain).isEqualTo(new Said(200, ""));
        assertThat(query).isEqualTo(new Said(200, ""));
        assertThat(body).isEqualTo(new Said(201, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "method    | POST | /api/apps",
                "path      | GET  | /api/apps/providers",
                "query     | GET  | /api/apps?limit=1"
            })
    void A66_oneComponentThatIsAnotherEndsIt(String component, String method, String target) throws Exception {
        for (Algorithm algorithm : Algorithm.values()) {
            // When
            Said said = send(agent(algorithm), request("GET", "/api/apps", ""), request(method, target, ""));

            // Then
            assertThat(said).as(component + " by " + algorithm).isEqualTo(new Said(401, "unauthenticated"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void A66_anotherServersNameEndsIt(Algorithm algorithm) throws Exception {
        // Given
        Map<String, Object> elsewhere = request("GET", "/api/apps", "");
        elsewhere.put("url", "https://grantkeeper.example/api/apps");

        // When
        Said said = send(agent(algorithm), elsewhere, request("GET", "/api/apps", ""));

        // Then
        assertThat(said).isEqualTo(new Said(401, "unauthenticated"));
    }

    @ParameterizedTest
    @EnumSource
    void A67_anotherBodyEndsItWithItsOwnDigestToo(Algorithm algorithm) throws Exception {
        // Given
        Map<String, String> agent = agent(algorithm);
        Map<String, Object> signed = request("POST", "/api/apps/authorize", LINK);
        Map<String, Object> other = request("POST", "/api/apps/authorize", "{\"provider\": \"plain\"}");
        Map<String, Object> digested = new HashMap<>(other);
        digested.put("digested", true);

        // When
        Said oldDigest = send(agent, signed, other);
        Said ownDigest = send(agent, signed, digested);

        // Then
        assertThat(oldDigest).isEqualTo(new Said(401, "unauthenticated"));
        assertThat(ownDigest).isEqualTo(new Said(401, "unauthenticated"));
    }

    @Test
    void A68_aSignatureOverLessOrInAnotherOrderIsNone() throws Exception {
        // Given
        Map<String, String> agent = agent(Algorithm.HMAC_SHA256);

        // When
        Said less = send(agent, signedOver("@method", "@authority", "@path"));
        Said anotherOrder = send(agent, signedOver("@authority", "@method", "@path", "@query"));

        // Then
        assertThat(less).isEqualTo(new Said(401, "unauthenticated"));
        assertThat(anotherOrder).isEqualTo(new Said(401, "unauthenticated"));
    }

    @Test
    void A70_aSignatureThatNamesItsAlgorithmIsNone() throws Exception {
        // Given
        Map<String, Object> named = request("GET", "/api/apps", "");
        named.put("params", List.of("created", "keyid", "alg", "nonce", "tag"));

        // When
        Said said = send(agent(Algorithm.ED25519), named);

        // Then
        assertThat(said).isEqualTo(new Said(401, "unauthenticated"));
    }

    @Test
    void A71_aSignatureForAnotherApplicationIsNone() throws Exception {
        // Given
        Map<String, Object> tagged = request("GET", "/api/apps", "");
        tagged.put("tag", "another-v1");

        // When
        Said said = send(agent(Algorithm.HMAC_SHA256), tagged);

        // Then
        assertThat(said).isEqualTo(new Said(401, "unauthenticated"));
    }

    private Map<String, Object> signedOver(String... components) {
        Map<String, Object> request = request("GET", "/api/apps", "");
        request.put("fields", components);
        return request;
    }

    private Map<String, Object> request(String method, String target, String body) {
        Map<String, Object> request = new HashMap<>(Map.of("method", method, "url", url + target));
        if (!body.isEmpty()) {
            request.put("body", body);
        }
        return request;
    }

    private Said send(Map<String, String> agent, Map<String, Object> request) throws IOException {
        return send(agent, request, request);
    }

    private static Said send(Map<String, String> agent, Map<String, Object> signed, Map<String, Object> sent)
            throws IOException {
        Ended ended = Program.run(
                INSTALLED, agent, "node", "call.mjs", JSON.writeValueAsString(signed), JSON.writeValueAsString(sent));
        assertThat(ended.code()).as(ended::toString).isZero();
        var said = JSON.readTree(ended.output());
        return new Said(said.path("status").asInt(), said.path("error").asText(""));
    }

    private Map<String, String> agent(Algorithm algorithm) throws Exception {
        return switch (algorithm) {
            case HMAC_SHA256 -> withSecret();
            case ED25519 -> withKey();
        };
    }

    private Map<String, String> withSecret() {
        TestAgent agent = user.agent("token");
        return Map.of("GRANTKEEPER_AGENT", agent.id(), "GRANTKEEPER_SECRET", agent.secret());
    }

    private Map<String, String> withKey() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        Answer registered = user.api().post("/api/agents", """
                {"name": "keyed", "mode": "token", "publicKey": {"kty": "OKP", "crv": "Ed25519", "x": "%s"}}
                """.formatted(x));
        Path file = Files.writeString(
                folder.resolve("agent.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        return Map.of("GRANTKEEPER_AGENT", registered.text("id"), "GRANTKEEPER_KEY", file.toString());
    }
}
