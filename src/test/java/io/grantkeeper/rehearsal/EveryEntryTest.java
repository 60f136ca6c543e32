package io.grantkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.BuiltInEntries;
import io.grantkeeper.secret.Secret;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is done with each built-in provider, tried with an imitation of it that takes nothing but what the entry's file says:
 * everything of ours takes part that a connection's life needs, down to the sockets.
 */
class EveryEntryTest {

    private static final Duration LIFETIME = Duration.ofSeconds(ImitatedAnswers.LIFETIME);
    private static final List<EntryText> ENTRIES = BuiltInEntries.texts();

    private static final String PARTICULAR = """
            id: particular
            name: Particular
            authorization_url: https://login.particular.example/authorize?tenant=a%20b
            token_url: https://login.particular.example/token?v=2
            refresh_url: https://login.particular.example/refresh
            client_auth: post
            pkce: unsupported
            param_names: {client_id: client_key}
            authorization_params: {audience: 'for {client_id} {scopes}'}
            token_params: {action: 'token {redirect_uri}', again: '{state}'}
            refresh_params: {scope: '{scopes}'}
            headers: {token: {X-Client: '{client_id}'}}
            token_body: json
            scopes: {openid: Sign in, read: Read, write: Write, find: Find}
            scope_params: {more: [find]}
            required_scopes: [openid, read]
            default_scopes: [write, find]
            scope_separator: ','
            token_response: {prefix: '&&', nonce: false, access_token: /data/token, error: /code}
            userinfo:
              url: https://api.particular.example/graphql?q
              method: POST
              body: '{"query":"{ me { id } }"}'
              headers: {X-Version: '2'}
              subject: /data/0/id
            access_token_in: {scheme: OAuth}
            revocation:
              url: https://login.particular.example/{client_id}/revoke
              method: DELETE
              token: access_token
              params: {key: '{client_id}', secret: '{client_secret}', it: '{token}'}
              body: json
              client_auth: basic
            """;

    private static final String ODD = """
            id: odd
            name: Odd
            authorization_url: https://login.odd.example/authorize
            token_url: https://login.odd.example/token?v=2
            client_auth: post
            client_secret_jwt: {audience: 'https://odd.example', issuer: team, key_id: key, ttl: 600}
            token_body: query
            scopes: {read: Read}
            required_scopes: [read]
            userinfo: {url: 'https://api.odd.example/me?v=1', subject: /id}
            access_token_in: {query: token}
            refresh:
              issues_refresh_token: never
              access_token_ttl: 5184000
              upgrade: {url: 'https://api.odd.example/longer', params: {token: '{access_token}'}}
              renews_itself: {url: 'https://api.odd.example/longer?v=2', params: {token: '{refresh_token}', of: '{client_id}'}}
            revocation: {url: 'https://login.odd.example/revoke', style: bearer}
            """;

    private static Vertx vertx;
    private static Stage stage;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        stage = Stage.set(vertx, new BoundedWait());
    }

    @AfterAll
    static void stop() {
        stage.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A failure tells which provider's it is. */
    @RegisterExtension
    static final TestExecutionExceptionHandler NAMED = (test, failure) -> {
        throw new AssertionError(test.getDisplayName() + ": " + failure.getMessage(), failure);
    };

    static List<EntryText> entries() {
        return ENTRIES;
    }

    static Stream<EntryText> refreshing() {
        return ENTRIES.stream().filter(entry -> new ImitatedAnswers(entry).refreshes());
    }

    static Stream<EntryText> revoking() {
        return ENTRIES.stream().filter(entry -> entry.has("/revocation"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void aUserConnects(EntryText entry) {
        // Given
        RehearsedService service = service(entry);
        Set<String> chosen = entry.map("/scopes").keySet();
        service.authorize(chosen);

        // When
        Outcome outcome = service.exchange();

        // Then
        TokenSet tokens = granted(outcome);
        ImitatedAnswers answers = service.imitation().answers();
        assertThat(tokens.accessToken().reveal()).isEqualTo(answers.accessToken());
        assertThat(tokens.refreshToken().map(Secret::reveal)).isEqualTo(answers.refreshToken());
        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        assertThat(tokens.expiresIn()).contains(LIFETIME);
        assertThat(tokens.scopes().orElse(service.imitation().asked())).containsExactlyElementsOf(chosen);
        assertThat(service.identify(tokens)).isEqualTo(service.user());
        assertThat(service.fields().values()).containsExactlyInAnyOrderEntriesOf(entry.examples("/connection_fields"));
        assertThat(service.exchange()).isInstanceOf(Outcome.Dead.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refreshing")
    void itsTokensAreRefreshed(EntryText entry) {
        // Given
        RehearsedService service = service(entry);
        ImitatedAnswers answers = service.imitation().answers();
        Secret first = connect(service).refreshToken().orElseThrow();

        // When
        TokenSet refreshed = granted(service.refresh(first)).keeping(first);
        String accessToken = answers.accessToken();
        Secret second = refreshed.refreshToken().orElseThrow();

        // Then
        assertThat(refreshed.accessToken().reveal()).isEqualTo(accessToken);
        assertThat(refreshed.expiresIn())
                .contains(entry.number("/refresh/access_token_ttl")
                        .map(Duration::ofSeconds)
                        .orElse(LIFETIME));
        assertThat(second.equals(first)).isEqualTo(!answers.rotates());
        assertThat(granted(service.refresh(second)).accessToken().reveal()).isEqualTo(answers.accessToken());
        if (answers.rotates()) {
            assertThat(service.refresh(first)).isInstanceOf(Outcome.Dead.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void itsErrorsMeanWhatItMeansByThem(EntryText entry) {
        // Given
        RehearsedService service = service(entry);
        Secret token = connect(service).refreshToken().orElse(Secret.of("of no provider"));
        ImitatedAnswers answers = service.imitation().answers();

        // Then
        assertThat(service.told(token, answers.refused(400, "invalid_grant", "")))
                .isEqualTo("dead");
        assertThat(service.told(token, answers.refused(401, "invalid_client", "")))
                .isEqualTo("misconfigured");
        assertThat(service.told(token, answers.refused(503, "invalid_grant", "")))
                .isEqualTo("transient");
        assertThat(service.told(token, Response.html(503))).isEqualTo("transient");
        assertThat(service.told(token, Response.html(200))).isEqualTo("uncertain");
        for (JsonNode rule : entry.nodes("/token_errors")) {
            assertThat(service.told(token, answers.refused(rule)))
                    .as(rule.toString())
                    .isEqualTo(rule.path("means").asText());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("revoking")
    void itsGrantsAreEnded(EntryText entry) {
        // Given
        RehearsedService service = service(entry);
        TokenSet tokens = connect(service);

        // Then
        assertThat(service.revoke(tokens)).isTrue();
        service.imitation().answerInstead(Response.empty(503));
        assertThat(service.revoke(tokens)).isFalse();
    }

    /** What of {@link #PARTICULAR} a client must know. */
    static Stream<String> particulars() {
        return Stream.of(
                "/client_auth",
                "/pkce",
                "/param_names/client_id",
                "/authorization_params/audience",
                "/token_params/action",
                "/token_params/again",
                "/scope_params",
                "/refresh_params/scope",
                "/headers/token/X-Client",
                "/token_body",
                "/refresh_url",
                "/scope_separator",
                "/required_scopes",
                "/token_response/nonce",
                "/userinfo/body",
                "/userinfo/headers/X-Version",
                "/access_token_in/scheme",
                "/revocation/method",
                "/revocation/token",
                "/revocation/params",
                "/revocation/body",
                "/revocation/client_auth");
    }

    /** The same of {@link #ODD}. */
    static Stream<String> oddities() {
        return Stream.of(
                "/client_secret_jwt",
                "/token_body",
                "/access_token_in/query",
                "/refresh/upgrade",
                "/refresh/renews_itself/params/of");
    }

    @ParameterizedTest
    @ValueSource(strings = {PARTICULAR, ODD})
    void anImitationIsContentWithAServiceThatKnowsItsEntry(String entry) {
        assertThat(live(service(EntryText.of(entry)))).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddities")
    void anImitationIsNotContentWithAServiceThatIsIgnorantOfAnOddity(String oddity) {
        // Given
        EntryText entry = EntryText.of(ODD);
        RehearsedService ignorant = new RehearsedService(stage, entry, entry.without(oddity));

        // Then
        assertThatThrownBy(() -> live(ignorant)).isInstanceOf(Unlike.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("particulars")
    void anImitationIsNotContentWithAServiceThatIsIgnorantOfIt(String particular) {
        // Given
        EntryText entry = EntryText.of(PARTICULAR);
        RehearsedService ignorant = new RehearsedService(stage, entry, entry.without(particular));

        // Then
        assertThatThrownBy(() -> live(ignorant)).isInstanceOf(Unlike.class);
    }

    private static boolean live(RehearsedService service) {
        TokenSet tokens = connect(service);
        assertThat(service.identify(tokens)).isEqualTo(service.user());
        TokenSet refreshed = granted(service.refresh(tokens.refreshToken().orElseThrow()));
        return service.revoke(refreshed);
    }

    private static RehearsedService service(EntryText entry) {
        return new RehearsedService(stage, entry, entry);
    }

    private static TokenSet connect(RehearsedService service) {
        service.authorize(Set.of());
        return granted(service.exchange());
    }

    private static TokenSet granted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Granted.class);
        return ((Outcome.Granted) outcome).tokens();
    }
}
