package io.grantkeeper.caller;

import static io.grantkeeper.testing.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.MessageSigner;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, by what, and to what. */
class UsersAndAgentsIT {

    private OperatorsService operators;
    private URI url;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        url = operators.process().url();
        user = operators.user();
    }

    @Test
    void aUserIsKnownByTheIdentityProvidersToken() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer bearer = user.api().get("/api/apps/" + id);
        Answer cookie = Api.cookie(url, "__session", user.token()).get("/api/apps/" + id);

        // Then
        assertThat(bearer.status()).isEqualTo(200);
        assertThat(cookie.status()).isEqualTo(200);
        assertThat(cookie.body()).isEqualTo(bearer.body());
    }

    @Test
    void A1_aTokenForAnotherAudienceOrOfAnotherIssuerIsNone() {
        // Given
        String otherAudience = operators.mock().tokenFor("somebody-else", user.subject());
        String otherIssuer = operators.mock().tokenOfAnotherIssuer(user.subject());

        // When
        Answer audience = Api.bearer(url, otherAudience).get("/api/apps");
        Answer issuer = Api.bearer(url, otherIssuer).get("/api/apps");

        // Then
        assertProblem(audience, 401, "unauthenticated", "fix_request");
        assertProblem(issuer, 401, "unauthenticated", "fix_request");
    }

    @Test
    void A3_aTokenWithoutASignatureOrWithAnotherIsNone() {
        // Given
        String[] parts = user.token().split("\\.");
        String none = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));
        char[] flipped = parts[2].toCharArray();
        flipped[10] = flipped[10] == 'A' ? 'B' : 'A';

        // When
        Answer unsigned = Api.bearer(url, none + "." + parts[1] + ".").get("/api/apps");
        Answer forged = Api.bearer(url, parts[0] + "." + parts[1] + "." + new String(flipped))
                .get("/api/apps");

        // Then
        assertProblem(unsigned, 401, "unauthenticated", "fix_request");
        assertProblem(forged, 401, "unauthenticated", "fix_request");
        assertThat(forged.header("WWW-Authenticate")).isPresent();
    }

    @Test
    void A109_withACookieOnlyOurOwnPagesRemoveAConnection() {
        // Given
        String id = user.connect(operators.plain());
        Api page = Api.cookie(url, "__session", user.token());

        // When
        Answer noOrigin = page.delete("/api/apps/" + id);
        Answer otherOrigin = page.send("DELETE", "/api/apps/" + id, "", "Origin", "https://evil.example");
        Answer ownOrigin = page.send("DELETE", "/api/apps/" + id, "", "Origin", url.toString());

        // Then
        assertProblem(noOrigin, 403, "forbidden", "fix_request");
        assertProblem(otherOrigin, 403, "forbidden", "fix_request");
        assertThat(ownOrigin.status()).isEqualTo(204);
    }

    @Test
    void A50_aRequestCarriesOneCredential() {
        // Given
        TestAgent agent = user.agent("token");
        Map<String, String> signature = MessageSigner.hmac(agent.id(), agent.secret())
                .headers("GET", url.resolve("/api/apps"), new byte[0], Instant.now(), nonce());
        Api both = Api.with(url, (request, method, target, body) -> {
            signature.forEach(request::header);
            request.header("Authorization", "Bearer " + user.token());
        });
        Api twice = Api.with(
                url,
                (request, method, target, body) -> request.header("Authorization", "Bearer " + user.token())
                        .header("Authorization", "Bearer " + user.token()));

        // When
        Answer signedToo = both.get("/api/apps");
        Answer doubled = twice.get("/api/apps");

        // Then
        assertProblem(signedToo, 400, "multiple_credentials", "fix_request");
        assertProblem(doubled, 400, "multiple_credentials", "fix_request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/api/apps|{\"provider\": \"telling\", \"refreshToken\": \"r\"}",
                "DELETE|/api/apps/%s|",
                "GET|/api/agents|",
                "POST|/api/agents|{\"name\": \"more\", \"mode\": \"token\"}",
                "POST|/api/agents/%s/rotate|",
                "DELETE|/api/agents/%s|",
                "GET|/api/apps/authorize?provider=telling|"
            })
    void A4_anAgentIsNoUser(String method, String path, String body) {
        // Given
        TestAgent agent = user.agent("token");

        // When
        Answer answer =
                agent.api().send(method, path.replace("%s", UUID.randomUUID().toString()), body == null ? "" : body);

        // Then
        assertProblem(answer, 403, "forbidden", "fix_request");
    }

    @Test
    void anAgentSeesItsAccountsConnectionsAndNoOthers() {
        // Given
        TestAgent agent = user.agent("token");
        String id = user.connect(operators.telling());
        operators.user().connect(operators.telling());

        // When
        JsonNode list = agent.api().get("/api/apps").json().path("items");

        // Then
        assertThat(list).extracting(each -> each.path("id").asText()).containsExactly(id);
    }

    @Test
    void A47_aConnectionOfOneAgentIsHiddenFromTheOthers() {
        // Given
        TestAgent chosen = user.agent("token");
        TestAgent other = user.agent("token");
        Flow flow = user.begin(user.browser(), "provider=telling&agentId=" + chosen.id());
        flow.browser().openFromElsewhere(operators.telling().agree(flow.request(), user.subject()));
        String id = user.onlyConnection("telling");

        // When
        Answer own = chosen.api().get("/api/apps/" + id + "/token");
        Answer foreign = other.api().get("/api/apps/" + id + "/token");

        // Then
        assertThat(own.accessToken()).isNotEmpty();
        assertProblem(foreign, 404, "not_found", "fix_request");
        assertThat(other.api().get("/api/apps").json().path("items")).isEmpty();
    }

    @Test
    void A46_anotherUsersConnectionIsNotThere() {
        // Given
        String id = user.connect(operators.telling());
        TestUser other = operators.user();

        // When
        Answer get = other.api().get("/api/apps/" + id);
        Answer delete = other.api().delete("/api/apps/" + id);
        Answer account = other.api().get("/api/apps?accountId=" + user.subject());

        // Then
        assertProblem(get, 404, "not_found", "fix_request");
        assertProblem(delete, 404, "not_found", "fix_request");
        assertProblem(account, 404, "not_found", "fix_request");
        assertThat(user.api().get("/api/apps/" + id).status()).isEqualTo(200);
    }

    @Test
    void theUsersOfAnOrganisationShareItsConnections() {
        // Given
        String organisation = "org_" + UUID.randomUUID();
        TestUser member = operators.memberOf(organisation);
        TestUser colleague = operators.memberOf(organisation);
        String id = member.connect(operators.telling());

        // When
        Answer answer = colleague.api().get("/api/apps/" + id);

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(colleague
                        .agent("token")
                        .api()
                        .get("/api/apps/" + id + "/token")
                        .accessToken())
                .isNotEmpty();
    }

    @Test
    void whoBelongsToSeveralOrganisationsNamesOne() {
        // Given
        String first = "org_" + UUID.randomUUID();
        String second = "org_" + UUID.randomUUID();
        TestUser member = operators.memberOf(first, second);

        // When
        Answer unnamed = member.api().get("/api/apps");
        Answer named = member.api().get("/api/apps?accountId=" + second);
        Answer foreign = member.api().get("/api/apps?accountId=org_of_others");

        // Then
        assertProblem(unnamed, 400, "invalid_request", "fix_request");
        assertThat(named.status()).isEqualTo(200);
        assertProblem(foreign, 404, "not_found", "fix_request");
    }

    @Test
    void anAgentsSecretIsShownOnce() {
        // Given
        Answer registered = user.api().post("/api/agents", "{\"name\": \"once\", \"mode\": \"token\"}");

        // When
        Answer list = user.api().get("/api/agents");
        Answer one = user.api().get("/api/agents/" + registered.text("id"));

        // Then
        assertThat(registered.status()).isEqualTo(201);
        assertThat(registered.text("secret")).matches("[0-9a-f]{64}");
        assertThat(registered.header("Cache-Control")).contains("no-store");
        assertThat(list.body()).doesNotContain("secret").doesNotContain(registered.text("secret"));
        assertThat(one.body()).doesNotContain("\"secret\"");
    }

    @Test
    void A73_aRotatedSecretGoesOnWorkingForAWhile() {
        // Given
        TestAgent agent = user.agent("token");

        // When
        Answer rotated = user.api().send("POST", "/api/agents/" + agent.id() + "/rotate", "");

        // Then
        assertThat(rotated.text("secret")).matches("[0-9a-f]{64}").isNotEqualTo(agent.secret());
        assertThat(agent.api().get("/api/apps").status()).isEqualTo(200);
        assertThat(operators
                        .process()
                        .agent(agent.id(), rotated.text("secret"))
                        .get("/api/apps")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void A73_aRemovedAgentIsNotKnownAnyMore() {
        // Given
        TestAgent agent = user.agent("token");
        agent.api().get("/api/apps");

        // When
        Answer removed = user.api().delete("/api/agents/" + agent.id());

        // Then
        assertThat(removed.status()).isEqualTo(204);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertProblem(agent.api().get("/api/apps"), 401, "unauthenticated", "fix_request"));
    }

    @Test
    void anAgentWhoseSecretIsNotHereSignsWithItsOwnKey() throws Exception {
        // Given
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        Answer registered = user.api().post("/api/agents", """
                {"name": "keyed", "mode": "token", "publicKey": {"kty": "OKP", "crv": "Ed25519", "x": "%s"}}
                """.formatted(x));

        // When
        Answer answer = Api.with(url, MessageSigner.ed25519(registered.text("id"), keys.getPrivate()))
                .get("/api/apps");

        // Then
        assertThat(registered.status()).as(registered::toString).isEqualTo(201);
        assertThat(registered.json().has("secret")).isFalse();
        assertThat(answer.status()).as(answer::toString).isEqualTo(200);
    }

    @Test
    void A61_anUnknownKeyIsAnsweredLikeAWrongSecret() {
        // Given
        TestAgent agent = user.agent("token");

        // When
        Answer unknown = operators
                .process()
                .agent(UUID.randomUUID().toString(), agent.secret())
                .get("/api/apps");
        Answer wrong = operators
                .process()
                .agent(agent.id(), "0123456789abcdef".repeat(4))
                .get("/api/apps");

        // Then
        assertProblem(unknown, 401, "unauthenticated", "fix_request");
        assertProblem(wrong, 401, "unauthenticated", "fix_request");
        assertThat(unknown.text("error_description")).isEqualTo(wrong.text("error_description"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/apps", "POST /api/apps/authorize"})
    void A62_aSignatureIsTakenOnce(String request) {
        // Given
        TestAgent agent = user.agent("token");
        String method = request.split(" ")[0];
        String path = request.split(" ")[1];
        String body = method.equals("POST") ? "{\"provider\": \"telling\"}" : "";
        Map<String, String> signature = MessageSigner.hmac(agent.id(), agent.secret())
                .headers(method, url.resolve(path), body.getBytes(UTF_8), Instant.now(), nonce());
        Api recorded = Api.with(url, (each, verb, target, bytes) -> signature.forEach(each::header));

        // When
        Answer first = recorded.send(method, path, body);
        Answer second = recorded.send(method, path, body);

        // Then
        assertThat(first.status()).as(first::toString).isIn(200, 201);
        assertProblem(second, 401, "replayed", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(longs = {-90, 90})
    void A64_aSignatureOfAnotherTimeIsToldTheTime(long seconds) {
        // Given
        TestAgent agent = user.agent("token");
        MessageSigner signer = MessageSigner.hmac(agent.id(), agent.secret());
        Api late = Api.with(
                url,
                (request, method, target, body) -> signer.headers(
                                method, target, body, Instant.now().plusSeconds(seconds), nonce())
                        .forEach(request::header));

        // When
        Answer answer = late.get("/api/apps");

        // Then
        assertProblem(answer, 401, "clock_skew", "fix_request", "serverTime");
        assertThat(Instant.parse(answer.text("serverTime")))
                .isBetween(Instant.now().minusSeconds(10), Instant.now().plusSeconds(10));
    }

    @Test
    void A66_aSignatureIsWorthNothingForAnotherRequest() {
        // Given
        TestAgent agent = user.agent("token");
        MessageSigner signer = MessageSigner.hmac(agent.id(), agent.secret());
        Api other = Api.with(
                url,
                (request, method, target, body) -> signer.headers(
                                "GET", url.resolve("/api/apps?limit=1"), body, Instant.now(), nonce())
                        .forEach(request::header));

        // When
        Answer right = other.get("/api/apps?limit=1");
        Answer query = other.get("/api/apps?limit=2");
        Answer path = other.get("/api/apps/providers?limit=1");
        Answer method = other.send("DELETE", "/api/apps?limit=1", "");

        // Then
        assertThat(right.status()).isEqualTo(200);
        assertProblem(query, 401, "unauthenticated", "fix_request");
        assertProblem(path, 401, "unauthenticated", "fix_request");
        assertThat(method.status()).isIn(401, 405);
    }

    @Test
    void A66_aSignatureForAnotherServerIsWorthNothingHere() {
        // Given
        TestAgent agent = user.agent("token");
        URI byAnotherName = URI.create(url.toString().replace("127.0.0.1", "localhost"));

        // When
        Answer answer = Api.signed(byAnotherName, agent.id(), agent.secret()).get("/api/apps");

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
    }

    @Test
    void A67_aBodyThatWasNotSignedIsRefused() {
        // Given
        TestAgent agent = user.agent("token");
        MessageSigner signer = MessageSigner.hmac(agent.id(), agent.secret());
        Api another = Api.with(
                url,
                (request, method, target, body) -> signer.headers(
                                method, target, "{\"provider\": \"plain\"}".getBytes(UTF_8), Instant.now(), nonce())
                        .forEach(request::header));
        Api none = Api.with(
                url,
                (request, method, target, body) -> signer.headers(method, target, new byte[0], Instant.now(), nonce())
                        .forEach(request::header));

        // When
        Answer changed = another.post("/api/apps/authorize", "{\"provider\": \"telling\"}");
        Answer uncovered = none.post("/api/apps/authorize", "{\"provider\": \"telling\"}");

        // Then
        assertProblem(changed, 401, "unauthenticated", "fix_request");
        assertProblem(uncovered, 401, "unauthenticated", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//api/apps", "/api/./apps", "/api/apps;a=b", "/api/%2e%2e/api/apps", "/api%2Fapps"})
    void A53_aPathWithTwoReadingsIsRefused(String path) {
        // When
        Answer answer = operators.process().nobody().get(url + path);

        // Then
        assertProblem(answer, 400, "invalid_path", "fix_request");
    }

    @Test
    void A128_whatOperatorsWatchIsNotOnThePublicPort() {
        // When
        Answer health = operators.process().nobody().get("/q/health");
        Answer metrics = operators.process().nobody().get("/q/metrics");
        Answer openApi = operators.process().nobody().get("/q/openapi");

        // Then
        assertThat(health.status()).isEqualTo(404);
        assertThat(metrics.status()).isEqualTo(404);
        assertThat(openApi.status()).isEqualTo(200);
        assertThat(Api.ofNobody(operators.process().managementUrl())
                        .get("/q/metrics")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBrowserOfNobodySeesNoJsonButAPage() {
        // When
        Answer answer = new Browser().open(url.resolve("/api/apps/authorize?provider=telling"));

        // Then
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("text/html");
    }

    private static String nonce() {
        return UUID.randomUUID().toString();
    }
}
