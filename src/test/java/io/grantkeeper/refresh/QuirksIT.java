package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Call;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers whose tokens are come by in ways of their own. */
class QuirksIT {

    private static final String RENEWING = """
            refresh:
              issues_refresh_token: never
              access_token_ttl: 5184000
              upgrade: {url: '%1$s/token', params: {grant_type: upgrade, token: '{access_token}'}}
              renews_itself: {url: '%1$s/token', params: {grant_type: renew, token: '{access_token}'}, not_before: 86400}
            """;

    private static final String ALSO = "token_response: {also: person}\n";

    private static final String OF_A_PERSON = """
            token_response:
              access_token: /authed_user/access_token
              scope: /authed_user/scope
              token_type: /authed_user/token_type
              token_types: [user]
            """;

    @TempDir
    private static Path folder;

    private static OperatorsService operators;
    private static ScriptedProvider renewing;
    private static ScriptedProvider team;
    private static ScriptedProvider stranger;
    private static PackagedService service;

    private String token;
    private Api user;

    @BeforeAll
    static void aServiceWithSuchProviders() throws IOException {
        operators = OperatorsService.get();
        renewing = ScriptedProvider.plain("renewing");
        team = ScriptedProvider.plain("team");
        stranger = ScriptedProvider.plain("stranger").declares(ALSO);
        renewing.declares(RENEWING.formatted(renewing.url()));
        team.declares(ALSO);
        Files.writeString(folder.resolve("renewing.yaml"), renewing.entry());
        Files.writeString(folder.resolve("stranger.yaml"), stranger.entry());
        Files.writeString(folder.resolve("team.yaml"), team.entry());
        Files.writeString(
                folder.resolve("person.yaml"),
                team.entry().replace(ALSO, OF_A_PERSON).replace("id: team", "id: person"));
        service = operators
                .setup("quirks")
                .set("GRANTKEEPER_PROVIDERS_DIR", folder)
                .setAll(renewing.settings())
                .setAll(team.settings())
                .setAll(stranger.settings())
                .set("GRANTKEEPER_PERSON_CLIENT_ID", team.clientId())
                .set("GRANTKEEPER_PERSON_CLIENT_SECRET", team.settings().get("GRANTKEEPER_TEAM_CLIENT_SECRET"))
                .set("GRANTKEEPER_PERSON_ALLOW_PRIVATE", "true")
                .start();
    }

    @AfterAll
    static void stop() {
        service.close();
        renewing.close();
        team.close();
        stranger.close();
    }

    @BeforeEach
    void aUser() {
        renewing.reset();
        team.reset();
        stranger.reset();
        token = operators.mock().userToken(operators.user().subject(), Map.of());
        user = service.bearer(token);
    }

    @Test
    void anAccessTokenThatRenewsItselfIsKeptAliveWithoutACaller() {
        // Given
        String longLived = Canaries.fresh("access token");
        renewing.next(Endpoint.TOKEN, ScriptedProvider.Exchange::properly);
        renewing.next(Endpoint.TOKEN, granted(longLived));
        renewing.always(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"s-1\"}"));

        // When
        Answer end = connect(renewing);
        String id = only("renewing");

        // Then
        assertThat(end.body()).contains("data-status=\"connected\"");
        assertThat(renewing.calls(Endpoint.TOKEN))
                .extracting(call -> call.form().get("grant_type"))
                .containsExactly("authorization_code", "upgrade");
        assertThat(told(id, "?refresh=true")).isEqualTo(longLived);
        assertThat(renewing.calls(Endpoint.TOKEN)).as("too young to be renewed").hasSize(2);

        // When
        String longer = Canaries.fresh("access token");
        renewing.next(Endpoint.TOKEN, granted(longer));
        ages(id);
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> renewing.calls(Endpoint.TOKEN).size() == 3 || becomesDue(id));
        Call renewal = renewing.calls(Endpoint.TOKEN).getLast();

        // Then
        assertThat(renewal.form()).containsEntry("grant_type", "renew").containsEntry("token", longLived);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> told(id, "?refresh=true").equals(longer));
        assertThat(renewing.calls(Endpoint.TOKEN)).as("too young again").hasSize(3);
        assertThat(dueInDays(id)).containsExactly("30");
    }

    @Test
    void anAccessTokenThatRenewsItselfIsImportedAsARefreshToken() {
        // Given
        String brought = Canaries.fresh("access token");
        String longer = Canaries.fresh("access token");
        renewing.next(Endpoint.TOKEN, granted(longer));
        renewing.always(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"s-2\"}"));

        // When
        Answer imported =
                user.post("/api/apps", "{\"provider\": \"renewing\", \"refreshToken\": \"%s\"}".formatted(brought));

        // Then
        assertThat(imported.status()).isEqualTo(201);
        assertThat(renewing.calls(Endpoint.TOKEN))
                .extracting(call -> call.form().get("token"))
                .containsExactly(brought);
        assertThat(told(imported.text("id"), "")).isEqualTo(longer);
    }

    @Test
    void oneConsentMakesTwoConnections() {
        // Given
        String persons = Canaries.fresh("access token");
        team.answerBesides("bearer", authedUser(persons));
        team.next(Endpoint.USERINFO, ScriptedProvider.Exchange::properly);
        team.next(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"U1\", \"name\": \"Ada\"}"));

        // When
        Answer end = connect(team);

        // Then
        assertThat(end.body()).contains("data-status=\"connected\"");
        assertThat(team.exchanges()).hasSize(1);
        assertThat(told(only("person"), "")).isEqualTo(persons);
        assertThat(told(only("team"), "")).isNotEqualTo(persons);
        assertThat(user.get("/api/apps/" + only("person")).json().path("scopes"))
                .extracting(scope -> scope.asText())
                .containsExactly("read");

        // When
        team.next(Endpoint.USERINFO, ScriptedProvider.Exchange::properly);
        team.next(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"U1\", \"name\": \"Ada\"}"));
        Answer again = connect(team);

        // Then
        assertThat(again.body()).contains("data-status=\"connected\"");
        assertThat(only("person")).isNotEmpty();
        assertThat(only("team")).isNotEmpty();
    }

    @Test
    void theConnectionThatWasAskedForIsNotGivenUpForTheSecond() {
        // Given
        team.answerBesides("bearer", authedUser(Canaries.fresh("access token")));
        team.next(Endpoint.USERINFO, ScriptedProvider.Exchange::properly);
        team.next(Endpoint.USERINFO, Script.json(500, ""));

        // When
        Answer end = connect(team);

        // Then
        assertThat(end.body()).contains("data-status=\"connected\"");
        assertThat(ids("team")).hasSize(1);
        assertThat(ids("person")).isEmpty();
    }

    @Test
    void withoutASecondTokenThereIsOneConnection() {
        // When
        Answer end = connect(team);

        // Then
        assertThat(end.body()).contains("data-status=\"connected\"");
        assertThat(ids("team")).hasSize(1);
        assertThat(ids("person")).isEmpty();
    }

    @Test
    void whatAnotherClientIsToldElsewhereMakesNoSecondConnection() {
        // Given
        stranger.answerBesides("bearer", authedUser(Canaries.fresh("access token")));

        // When
        Answer end = connect(stranger);

        // Then
        assertThat(end.body()).contains("data-status=\"connected\"");
        assertThat(ids("stranger")).hasSize(1);
        assertThat(ids("person")).isEmpty();
    }

    private static String authedUser(String accessToken) {
        return "\"authed_user\": {\"access_token\": \"" + accessToken
                + "\", \"token_type\": \"user\", \"scope\": \"read\"}";
    }

    private static Script granted(String accessToken) {
        return Script.json(
                200,
                "{\"access_token\": \"" + accessToken + "\", \"token_type\": \"bearer\", \"expires_in\": 5184000}");
    }

    private Answer connect(ScriptedProvider provider) {
        Browser browser = new Browser().setCookie(service.url(), "__session", token);
        Answer departure = browser.click(service.url().resolve("/api/apps/authorize?provider=" + provider.id()));
        return browser.openFromElsewhere(provider.agree(departure.location(), "somebody"));
    }

    private List<String> ids(String provider) {
        return user.get("/api/apps?provider=" + provider)
                .json()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asText())
                .toList();
    }

    private String only(String provider) {
        assertThat(ids(provider)).hasSize(1);
        return ids(provider).getFirst();
    }

    private String told(String id, String query) {
        Answer registered = user.post("/api/agents", "{\"name\": \"quirky\", \"mode\": \"token\"}");
        Api agent = service.agent(registered.text("id"), registered.text("secret"));
        return agent.get("/api/apps/" + id + "/token" + query).accessToken();
    }

    /** As if a month had passed. */
    private void ages(String id) {
        assertThat(dueInDays(id)).containsExactly("30");
        int rows = operators.database().execute("""
                update credential set
                    access_obtained_at = access_obtained_at - interval '31 days',
                    access_expires_at = access_expires_at - interval '31 days',
                    keep_alive_at = keep_alive_at - interval '31 days'
                where connection_id = ?::uuid
                """, id);
        assertThat(rows).isEqualTo(1);
    }

    /** Again and again: another service has this database too, and leaves alone for an hour what it knows nothing of. */
    private boolean becomesDue(String id) {
        operators.database().execute("""
                update credential set keep_alive_at = clock_timestamp()
                where connection_id = ?::uuid and keep_alive_at < clock_timestamp() + interval '1 day'
                """, id);
        return false;
    }

    private List<String> dueInDays(String id) {
        return operators.database().ask("""
                select round(extract(epoch from keep_alive_at - access_obtained_at) / 86400)::text from credential
                where connection_id = ?::uuid
                """, id);
    }
}
