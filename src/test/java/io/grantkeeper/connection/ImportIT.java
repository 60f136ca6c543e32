package io.grantkeeper.connection;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Call;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grants that were made elsewhere, and those that our own client has for itself. */
class ImportIT {

    private static final String CONNECTIONS = "/api/apps";

    private OperatorsService operators;
    private ScriptedProvider provider;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        provider = operators.telling();
        user = operators.user();
    }

    @Test
    void anImportIsProvenByOneRefreshWhoseResultIsKept() {
        // Given
        String token = provider.refreshTokenOf(user.subject());

        // When
        Answer imported = user.api().post(CONNECTIONS, body(token));

        // Then
        assertThat(imported.status()).as(imported::toString).isEqualTo(201);
        assertThat(imported.text("providerSubject")).isEqualTo(user.subject());
        assertThat(imported.json().path("scopes")).extracting(JsonNode::asText).containsExactly("read", "write");
        assertThat(imported.body()).doesNotContain(token);
        String path = CONNECTIONS + "/" + imported.text("id") + "/token";
        assertThat(user.agent("token").api().get(path).accessToken()).isNotEmpty();
        assertThat(provider.refreshes())
                .hasSize(1)
                .first()
                .satisfies(call -> assertThat(call.form()).containsEntry("refresh_token", token));
    }

    @Test
    void theRefreshOfAnImportIsNotCountedWhereOneIsForced() {
        // Given
        Answer imported = user.api().post(CONNECTIONS, body(provider.refreshTokenOf(user.subject())));
        String path = CONNECTIONS + "/" + imported.text("id") + "/token";
        var agent = user.agent("token").api();
        String first = agent.get(path).accessToken();

        // When
        String forced = agent.get(path + "?refresh=true").accessToken();

        // Then
        assertThat(forced).isNotEqualTo(first);
        assertThat(provider.refreshes()).extracting(Call::outcome).containsExactly("granted", "granted");
    }

    @Test
    void A114_aTokenThatIsHeldAlreadyIsADuplicate() {
        // Given
        provider.rotateNothing();
        String token = provider.refreshTokenOf(user.subject());
        user.api().post(CONNECTIONS, body(token));

        // When
        Answer again = user.api().post(CONNECTIONS, body(token));
        Answer byAnother = operators.user().api().post(CONNECTIONS, body(token));

        // Then
        assertProblem(again, 409, "duplicate", "fix_request");
        assertProblem(byAnother, 409, "duplicate", "fix_request");
        assertThat(provider.refreshes()).hasSize(1);
    }

    @Test
    void A114_aTokenThatTheFirstImportRotatedAwayIsADuplicateAndNotShownToTheProvider() {
        // Given
        String token = provider.refreshTokenOf(user.subject());
        user.api().post(CONNECTIONS, body(token));

        // When
        Answer again = user.api().post(CONNECTIONS, body(token));

        // Then
        assertProblem(again, 409, "duplicate", "fix_request");
        assertThat(provider.refreshes()).hasSize(1);
    }

    @Test
    void A114_aTokenThatTheProviderRefusesIsRejectedAndNothingStored() {
        // Given
        String dead = provider.refreshTokenOf(user.subject());
        provider.forget(user.subject());

        // When
        Answer answer = user.api().post(CONNECTIONS, body(dead));

        // Then
        assertProblem(answer, 422, "import_rejected", "fix_request");
        assertNothingIsConnected();
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "with\\nline", "\\u0000", "", "ünïcode"})
    void A114_aTokenThatIsNoneIsNotSentAnywhere(String token) {
        // When
        Answer answer = user.api().post(CONNECTIONS, body(token));

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
        assertThat(provider.calls(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void A114_aTokenOfAMegabyteIsNotSentAnywhere() {
        // When
        Answer answer = user.api().post(CONNECTIONS, body("x".repeat(1_000_000)));

        // Then
        assertThat(answer.status()).isIn(400, 413);
        assertThat(provider.calls(Endpoint.TOKEN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenUrl", "userId", "providerSubject", "status", "accountId"})
    void A115_aBodyChoosesNeitherAddressNorOwner(String field) {
        // When
        Answer answer = user.api().post(CONNECTIONS, """
                {"provider": "telling", "refreshToken": "%s", "%s": "https://evil.example"}
                """.formatted(provider.refreshTokenOf(user.subject()), field));

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
        assertThat(provider.calls(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void aProviderThatIsAwayStoresNothing() {
        // Given
        provider.next(Endpoint.TOKEN, Script.json(503, ""));

        // When
        Answer answer = user.api().post(CONNECTIONS, body(provider.refreshTokenOf(user.subject())));

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertThat(answer.header("Retry-After")).isPresent();
        assertNothingIsConnected();
    }

    @Test
    void whoeverItIsTheRotatedTokenIsKept() {
        // Given
        provider.next(Endpoint.USERINFO, Script.json(500, ""));

        // When
        Answer imported = user.api().post(CONNECTIONS, body(provider.refreshTokenOf(user.subject())));

        // Then
        assertThat(imported.status()).as(imported::toString).isEqualTo(201);
        assertThat(imported.text("providerSubject")).isEmpty();
        assertThat(user.agent("token")
                        .api()
                        .get(CONNECTIONS + "/" + imported.text("id") + "/token")
                        .accessToken())
                .isNotEmpty();
    }

    @Test
    void aGrantOfTheAccountsOwnClientIsRefreshedByThatClient() {
        // Given
        Map<String, String> client = provider.settings();
        provider.lifetime(Duration.ofSeconds(1));
        Answer imported = user.api().post(CONNECTIONS, """
                {"provider": "telling", "refreshToken": "%s", "client": {"id": "%s", "secret": "%s"}}
                """.formatted(
                        provider.refreshTokenOf(user.subject()),
                        client.get("GRANTKEEPER_TELLING_CLIENT_ID"),
                        client.get("GRANTKEEPER_TELLING_CLIENT_SECRET")));
        String path = CONNECTIONS + "/" + imported.text("id") + "/token";
        var agent = user.agent("token").api();

        // When
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() ->
                        agent.get(path).status() == 200 && provider.refreshes().size() == 2);

        // Then
        assertThat(imported.status()).as(imported::toString).isEqualTo(201);
        assertThat(provider.refreshes()).extracting(Call::outcome).containsExactly("granted", "granted");
    }

    @Test
    void aClientWithAWrongSecretIsRejected() {
        // When
        Answer answer = user.api().post(CONNECTIONS, """
                {"provider": "telling", "refreshToken": "%s", "client": {"id": "grantkeeper-at-telling", "secret": "wrong"}}
                """.formatted(provider.refreshTokenOf(user.subject())));

        // Then
        assertThat(answer.status()).as(answer::toString).isEqualTo(422);
        assertThat(answer.text("error")).isEqualTo("import_rejected");
        assertNothingIsConnected();
    }

    @Test
    void anUnknownProviderIsNotFoundAndOneWithoutAClientIsTheOperatorsMatter() {
        // When
        Answer unknown = user.api().post(CONNECTIONS, "{\"provider\": \"nobody\", \"refreshToken\": \"some-token\"}");
        Answer noClient = user.api().post(CONNECTIONS, "{\"provider\": \"github\", \"refreshToken\": \"some-token\"}");

        // Then
        assertProblem(unknown, 404, "unknown_provider", "fix_request");
        assertProblem(noClient, 409, "provider_not_configured", "contact_operator");
    }

    @Test
    void ourOwnClientGetsAConnectionThatRenewsItself() {
        // Given
        provider.lifetime(Duration.ofSeconds(2));
        Answer made = user.api().post(CONNECTIONS, """
                {"provider": "telling", "grant": "client_credentials", "scopes": ["read"]}
                """);
        String path = CONNECTIONS + "/" + made.text("id") + "/token";
        var agent = user.agent("token").api();
        String first = agent.get(path).accessToken();

        // When
        String second = Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> agent.get(path).accessToken(), token -> !token.equals(first));

        // Then
        assertThat(made.status()).as(made::toString).isEqualTo(201);
        assertThat(second).isNotEmpty();
        assertThat(provider.calls(Endpoint.TOKEN))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(call -> assertThat(call.form())
                        .containsEntry("grant_type", "client_credentials")
                        .containsEntry("scope", "read"));
    }

    @Test
    void ourOwnClientIsRefusedWhatTheEntryDoesNotOffer() {
        // When
        Answer answer = user.api().post(CONNECTIONS, "{\"provider\": \"github\", \"grant\": \"client_credentials\"}");

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }

    @Test
    void ourOwnClientThatIsRefusedMakesNoConnection() {
        // Given
        provider.next(Endpoint.TOKEN, Script.json(401, "{\"error\": \"invalid_client\"}"));

        // When
        Answer answer = user.api().post(CONNECTIONS, "{\"provider\": \"telling\", \"grant\": \"client_credentials\"}");

        // Then
        assertThat(answer.status()).as(answer::toString).isEqualTo(422);
        assertThat(answer.text("action")).isEqualTo("contact_operator");
        assertNothingIsConnected();
    }

    private static String body(String refreshToken) {
        return "{\"provider\": \"telling\", \"refreshToken\": \"" + refreshToken + "\"}";
    }

    private void assertNothingIsConnected() {
        assertThat(user.api().get(CONNECTIONS).json().path("items")).isEmpty();
    }
}
