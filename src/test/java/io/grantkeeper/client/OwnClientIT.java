package io.grantkeeper.client;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Call;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.Uris;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that an account brings for itself, and what it is used for. */
class OwnClientIT {

    private static final String CLIENT = "/api/apps/providers/telling/client";

    private final String own = "own-" + UUID.randomUUID();
    private final String secret = Canaries.fresh("client secret");
    private OperatorsService operators;
    private ScriptedProvider provider;
    private TestUser user;

    @BeforeEach
    void aUserWithAClient() {
        operators = OperatorsService.get();
        provider = operators.telling();
        provider.register(own, secret);
        user = operators.user();
    }

    @Test
    void whatIsConnectedFromNowOnIsConnectedAndRefreshedByIt() {
        // When
        Answer brought = bring(own, secret);
        String id = user.connect(provider);
        Answer refreshed = refresh(id);

        // Then
        assertThat(brought.status()).isEqualTo(201);
        assertThat(brought.body()).isEmpty();
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(provider.calls(Endpoint.TOKEN)).extracting(Call::client).containsExactly(own, own);
        assertThat(isChanged(id)).isFalse();
    }

    @Test
    void anotherAccountHasNothingOfIt() {
        // Given
        bring(own, secret);
        TestUser stranger = operators.user();

        // When
        String id = stranger.connect(provider);
        stranger.agent("token").api().get("/api/apps/" + id + "/token?refresh=true");

        // Then
        assertThat(provider.calls(Endpoint.TOKEN)).extracting(Call::client).containsOnly(provider.clientId());
        assertProblem(stranger.api().get(CLIENT), 404, "not_found", "fix_request");
        assertProblem(stranger.api().delete(CLIENT), 404, "not_found", "fix_request");
        assertThat(user.api().get(CLIENT).text("id")).isEqualTo(own);
    }

    @Test
    void anImportWithoutAClientAndATwoLeggedConnectionUseIt() {
        // Given
        bring(own, secret);

        // When
        Answer imported = user.api()
                .post(
                        "/api/apps",
                        "{\"provider\": \"telling\", \"refreshToken\": \"%s\"}"
                                .formatted(provider.refreshTokenOf(user.subject())));
        Answer twoLegged =
                user.api().post("/api/apps", "{\"provider\": \"telling\", \"grant\": \"client_credentials\"}");

        // Then
        assertThat(imported.status()).as(imported::toString).isEqualTo(201);
        assertThat(twoLegged.status()).as(twoLegged::toString).isEqualTo(201);
        assertThat(twoLegged.text("providerSubject")).isEqualTo(own);
        assertThat(refresh(twoLegged.text("id")).status()).isEqualTo(200);
        assertThat(provider.calls(Endpoint.TOKEN)).extracting(Call::client).containsOnly(own);
    }

    @Test
    void whatWasConnectedBeforeGoesOnAndMovesWhenItIsReauthorized() {
        // Given
        String id = user.connect(provider);
        assertThat(isChanged(id)).isFalse();

        // When
        bring(own, secret);

        // Then
        assertThat(isChanged(id)).isTrue();
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(provider.refreshes()).extracting(Call::client).containsExactly(provider.clientId());

        // When
        reauthorize(id);

        // Then
        assertThat(isChanged(id)).isFalse();
        assertThat(provider.exchanges()).extracting(Call::client).containsExactly(provider.clientId(), own);
    }

    @Test
    void whatIsConnectedByOneThatWasPutAwayGoesOn() {
        // Given
        bring(own, secret);
        String id = user.connect(provider);

        // When
        Answer put = user.api().delete(CLIENT);

        // Then
        assertThat(put.status()).isEqualTo(204);
        assertProblem(user.api().get(CLIENT), 404, "not_found", "fix_request");
        assertThat(isChanged(id)).isTrue();
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(provider.refreshes()).extracting(Call::client).containsExactly(own);
        assertThat(clientOf(user.begin(user.browser(), "provider=telling"))).isEqualTo(provider.clientId());
    }

    @Test
    void aFlowEndsWithTheClientThatItWasBegunWith() {
        // Given
        bring(own, secret);
        Flow flow = user.begin(user.browser(), "provider=telling");

        // When
        String another = "another-" + own;
        provider.register(another, secret);
        Answer replaced = bring(another, secret);
        Answer end = flow.browser().openFromElsewhere(provider.agree(flow.request(), user.subject()));

        // Then
        assertThat(replaced.status()).isEqualTo(204);
        assertPage(end, "connected");
        assertThat(provider.exchanges()).extracting(Call::client).containsExactly(own);
        assertThat(isChanged(user.onlyConnection("telling"))).isTrue();
    }

    @Test
    void aFlowWhoseClientIsGoneEndsClearly() {
        // Given
        bring(own, secret);
        Flow flow = user.begin(user.browser(), "provider=telling");
        operators.database().execute("delete from client where client_id = ?", own);

        // When
        Answer end = flow.browser().openFromElsewhere(provider.agree(flow.request(), user.subject()));

        // Then
        assertFailurePage(end, 409);
        assertThat(provider.exchanges()).isEmpty();
    }

    @Test
    void aSecretThatWasRotatedIsUsedAtOnce() {
        // Given
        bring(own, secret);
        String id = user.connect(provider);

        // When
        String rotated = Canaries.fresh("client secret");
        provider.register(own, rotated);
        Answer replaced = bring(own, rotated);

        // Then
        assertThat(replaced.status()).isEqualTo(204);
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(isChanged(id)).isFalse();
    }

    @Test
    void aGrantThatCameWithItsClientStaysWithThatOne() {
        // Given
        Answer imported =
                user.api().post("/api/apps", """
                {"provider": "telling", "refreshToken": "%s", "client": {"id": "%s", "secret": "%s"}}
                """.formatted(provider.refreshTokenOf(user.subject()), own, secret));

        // Then
        assertThat(imported.status()).as(imported::toString).isEqualTo(201);
        assertThat(imported.json().path("clientChanged").isBoolean()).isTrue();
        assertThat(imported.json().path("clientChanged").booleanValue()).isFalse();
    }

    @Test
    void itIsToldWithoutItsSecretAndNotedInTheTrail() {
        // Given
        bring(own, secret);

        // When
        Answer told = user.api().get(CLIENT);
        user.api().delete(CLIENT);

        // Then
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.json().fieldNames()).toIterable().containsExactlyInAnyOrder("provider", "id", "createdAt");
        assertThat(told.text("provider")).isEqualTo("telling");
        assertThat(told.text("id")).isEqualTo(own);
        assertThat(told.text("createdAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(user.api().get("/api/audit").json().path("items"))
                .extracting(each -> each.path("event").asText())
                .containsExactly("client.put_away", "client.brought");
        assertThat(user.api().get("/api/audit?event=client.brought").json().path("items"))
                .extracting(each -> each.path("provider").asText())
                .containsExactly("telling");
        assertThat(Answer.all()).noneMatch(answer -> answer.body().contains(secret));
        assertThat(operators.database().contents().values())
                .allSatisfy(rows -> assertThat(rows).noneMatch(row -> row.contains(secret)));
    }

    @Test
    void itMakesAProviderConfiguredForThisAccountAndNoOther() {
        // Given
        String tag = user.api().get("/api/apps/providers").header("ETag").orElseThrow();
        TestUser stranger = operators.user();
        assertProblem(
                user.api().post("/api/apps/authorize", "{\"provider\": \"github\"}"),
                409,
                "provider_not_configured",
                "contact_operator");

        // When
        Answer brought = user.api()
                .send(
                        "PUT",
                        "/api/apps/providers/github/client",
                        "{\"id\": \"%s\", \"secret\": \"%s\"}".formatted(own, secret));
        Answer now = user.api().send("GET", "/api/apps/providers", "", "If-None-Match", tag);

        // Then
        assertThat(brought.status()).isEqualTo(201);
        assertThat(now.status()).isEqualTo(200);
        assertThat(isConfigured(now)).isTrue();
        assertThat(isConfigured(user.agent("token").api().get("/api/apps/providers")))
                .isTrue();
        assertThat(isConfigured(stranger.api().get("/api/apps/providers"))).isFalse();
        assertThat(user.api()
                        .post("/api/apps/authorize", "{\"provider\": \"github\"}")
                        .status())
                .isEqualTo(201);
        assertThat(clientOf(user.begin(user.browser(), "provider=github"))).isEqualTo(own);
    }

    @Test
    void whoHasSeveralAccountsNamesTheOneThatIsMeant() {
        // Given
        String one = "org_" + UUID.randomUUID();
        String other = "org_" + UUID.randomUUID();
        TestUser member = operators.memberOf(one, other);
        String client = "/api/apps/providers/github/client?accountId=";
        String body = "{\"id\": \"%s\", \"secret\": \"%s\"}".formatted(own, secret);

        // When
        Answer brought = member.api().send("PUT", client + one, body);

        // Then
        assertThat(brought.status()).isEqualTo(201);
        assertThat(member.api().get(client + one).text("id")).isEqualTo(own);
        assertProblem(member.api().get(client + other), 404, "not_found", "fix_request");
        assertProblem(user.api().get(client + one), 404, "not_found", "fix_request");
        assertProblem(user.api().send("PUT", client + one, body), 404, "not_found", "fix_request");
        assertThat(isConfigured(member.api().get("/api/apps/providers?accountId=" + one)))
                .isTrue();
        assertThat(isConfigured(member.api().get("/api/apps/providers?accountId=" + other)))
                .isFalse();
        assertThat(isConfigured(member.api().get("/api/apps/providers"))).isFalse();
        assertProblem(user.api().get("/api/apps/providers?accountId=" + one), 404, "not_found", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"id\": \"x\"}",
                "{\"secret\": \"x\"}",
                "{\"id\": \" \", \"secret\": \"x\"}",
                "{\"id\": \"x\", \"secret\": \"\"}",
                "{\"id\": \"\\u0000\", \"secret\": \"x\"}",
                "{\"id\": \"x\", \"secret\": \"x\", \"name\": \"x\"}",
                "{\"id\": \"x\", \"id\": \"y\", \"secret\": \"x\"}",
                "{\"id\": 1, \"secret\": \"x\"}"
            })
    void whatIsNoClientIsRefused(String body) {
        // When
        Answer refused = user.api().send("PUT", CLIENT, body);

        // Then
        assertThat(refused.status()).as(refused::toString).isIn(400, 415);
        assertProblem(user.api().get(CLIENT), 404, "not_found", "fix_request");
    }

    @Test
    void theOperatorsClientIsNoAccountsOwn() {
        // Given
        user.connect(provider);

        // When
        Answer present = bring(provider.clientId(), secret);
        operators
                .database()
                .execute("insert into client (account_id, provider, client_id) values ('', 'telling', ?)", own);
        Answer before = bring(own, secret);

        // Then
        assertProblem(present, 400, "invalid_request", "fix_request");
        assertProblem(before, 400, "invalid_request", "fix_request");
        operators.database().execute("delete from client where client_id = ?", own);
    }

    @Test
    void itIsForUsersAndForProvidersThatThereAre() {
        // Given
        var agent = user.agent("token").api();
        String body = "{\"id\": \"x\", \"secret\": \"x\"}";
        String nobodys = "/api/apps/providers/nobody/client";

        // Then
        assertProblem(agent.send("PUT", CLIENT, body), 403, "forbidden", "fix_request");
        assertProblem(agent.get(CLIENT), 403, "forbidden", "fix_request");
        assertProblem(agent.delete(CLIENT), 403, "forbidden", "fix_request");
        assertProblem(user.api().send("PUT", nobodys, body), 404, "unknown_provider", "fix_request");
        assertProblem(user.api().get(nobodys), 404, "unknown_provider", "fix_request");
        assertProblem(user.api().delete(nobodys), 404, "unknown_provider", "fix_request");
    }

    @Test
    void ofSeveralThatAreBroughtAtOnceOneIsThere() {
        // When
        List<Answer> answers = IntStream.range(0, 8)
                .mapToObj(each -> user.api()
                        .start("PUT", CLIENT, "{\"id\": \"%s-%d\", \"secret\": \"%s\"}".formatted(own, each, secret)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        // Then
        assertThat(answers).extracting(Answer::status).allMatch(status -> status == 201 || status == 204);
        assertThat(operators
                        .database()
                        .ask("select client_id from client where account_id = ? and present", user.subject()))
                .containsExactly(user.api().get(CLIENT).text("id"));
    }

    @Test
    void whoChangesItAllTheTimeIsToldToWait() {
        // When
        List<Integer> statuses = IntStream.range(0, 22)
                .mapToObj(each -> bring(own + "-" + each, secret).status())
                .toList();

        // Then
        assertThat(statuses.subList(1, 21)).containsOnly(204);
        assertThat(statuses.getLast()).isEqualTo(429);
        assertThat(bring(own + "-20", secret).status()).as("the same again").isEqualTo(204);
        assertThat(user.api().get(CLIENT).text("id")).isEqualTo(own + "-20");
    }

    @CanIgnoreReturnValue
    private Answer bring(String id, String its) {
        return user.api().send("PUT", CLIENT, "{\"id\": \"%s\", \"secret\": \"%s\"}".formatted(id, its));
    }

    private Answer refresh(String connection) {
        return user.agent("token").api().get("/api/apps/" + connection + "/token?refresh=true");
    }

    private void reauthorize(String id) {
        Flow flow = user.begin(user.browser(), "connectionId=" + id);
        assertPage(flow.browser().openFromElsewhere(provider.agree(flow.request(), user.subject())), "connected");
    }

    /** In its own answer and in a list. */
    private boolean isChanged(String id) {
        boolean alone =
                user.api().get("/api/apps/" + id).json().path("clientChanged").booleanValue();
        assertThat(user.api().get("/api/apps").json().path("items"))
                .filteredOn(each -> each.path("id").asText().equals(id))
                .extracting(each -> each.path("clientChanged"))
                .singleElement()
                .returns(true, JsonNode::isBoolean)
                .returns(alone, JsonNode::booleanValue);
        return alone;
    }

    private static boolean isConfigured(Answer providers) {
        return providers
                .json()
                .valueStream()
                .filter(each -> each.path("provider").asText().equals("github"))
                .allMatch(each -> each.path("configured").booleanValue());
    }

    private static String clientOf(Flow flow) {
        return Uris.parameter(flow.request(), "client_id").orElseThrow();
    }
}
