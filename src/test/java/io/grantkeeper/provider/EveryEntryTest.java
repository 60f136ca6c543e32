package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.grantkeeper.oauth.AuthorizationRequest;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Pkce;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.EntryImitation.Step;
import io.grantkeeper.provider.ImitationServer.Response;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.provider.TokenEndpoint.AuthorizationCode;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is done with each built-in provider, tried with an imitation of it that takes nothing but what the entry's file says:
 * everything of ours takes part that a connection's life needs, down to the sockets.
 */
class EveryEntryTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration LIFETIME = Duration.ofSeconds(ImitatedAnswers.LIFETIME);
    private static final List<EntryText> ENTRIES =
            EntryText.files().stream().map(EntryText::read).toList();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<EntryText, Provider> READ = new ConcurrentHashMap<>();

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
            token_params: {action: 'token {redirect_uri}'}
            refresh_params: {scope: '{scopes}'}
            headers: {token: {X-Client: '{client_id}'}}
            token_body: json
            scopes: {openid: Sign in, read: Read, write: Write}
            required_scopes: [openid, read]
            default_scopes: [write]
            scope_separator: ','
            token_response: {nonce: false, access_token: /data/token, error: /code}
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

    private static Vertx vertx;
    private static TokenEndpoint tokenEndpoint;
    private static Introductions introductions;
    private static RevocationEndpoint revocationEndpoint;
    private static ImitationServer server;
    private static HttpClient browser;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        Egress egress = new Egress(vertx);
        tokenEndpoint = new TokenEndpoint(egress, () -> ImitatedAnswers.NOW, () -> 0);
        introductions = new Introductions(new Userinfo(egress), TestProviders.counterparties());
        revocationEndpoint = new RevocationEndpoint(egress);
        server = new ImitationServer();
        browser = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
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
    void aUserConnects(EntryText entry) throws Exception {
        // Given
        Client client = new Client(entry);
        Set<String> chosen = entry.map("/scopes").keySet();

        // When
        Outcome outcome = client.exchange(client.authorize(chosen));

        // Then
        TokenSet tokens = granted(outcome);
        assertThat(tokens.accessToken().reveal()).isEqualTo(client.answers.accessToken());
        assertThat(tokens.refreshToken().map(Secret::reveal)).isEqualTo(client.answers.refreshToken());
        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        assertThat(tokens.expiresIn()).contains(LIFETIME);
        assertThat(tokens.scopes().orElse(client.imitation.asked())).containsExactlyElementsOf(chosen);
        assertThat(client.identify(tokens)).isEqualTo(client.user());
        assertThat(client.exchange(client.lastCode)).isInstanceOf(Outcome.Dead.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refreshing")
    void itsTokensAreRefreshed(EntryText entry) throws Exception {
        // Given
        Client client = new Client(entry);
        Secret first = granted(client.connect()).refreshToken().orElseThrow();

        // When
        TokenSet refreshed = granted(client.refresh(first)).keeping(first);
        String accessToken = client.answers.accessToken();
        Secret second = refreshed.refreshToken().orElseThrow();

        // Then
        assertThat(refreshed.accessToken().reveal()).isEqualTo(accessToken);
        assertThat(refreshed.expiresIn())
                .contains(entry.number("/refresh/access_token_ttl")
                        .map(Duration::ofSeconds)
                        .orElse(LIFETIME));
        assertThat(second.equals(first)).isEqualTo(!client.answers.rotates());
        assertThat(granted(client.refresh(second)).accessToken().reveal()).isEqualTo(client.answers.accessToken());
        if (client.answers.rotates()) {
            assertThat(client.refresh(first)).isInstanceOf(Outcome.Dead.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void itsErrorsMeanWhatItMeansByThem(EntryText entry) throws Exception {
        // Given
        Client client = new Client(entry);
        Secret token = granted(client.connect()).refreshToken().orElse(Secret.of("of no provider"));
        ImitatedAnswers answers = client.answers;

        // Then
        assertThat(client.told(token, answers.refused(400, "invalid_grant", "")))
                .isEqualTo("dead");
        assertThat(client.told(token, answers.refused(401, "invalid_client", "")))
                .isEqualTo("misconfigured");
        assertThat(client.told(token, answers.refused(503, "invalid_grant", "")))
                .isEqualTo("transient");
        assertThat(client.told(token, new Response(503, Map.of(), "<html>"))).isEqualTo("transient");
        assertThat(client.told(token, new Response(200, Map.of(), "<html>"))).isEqualTo("uncertain");
        for (JsonNode rule : entry.nodes("/token_errors")) {
            assertThat(client.told(token, answers.refused(rule)))
                    .as(rule.toString())
                    .isEqualTo(rule.path("means").asText());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("revoking")
    void itsGrantsAreEnded(EntryText entry) throws Exception {
        // Given
        Client client = new Client(entry);
        TokenSet tokens = granted(client.connect());

        // Then
        assertThat(client.revoke(tokens)).isTrue();
        client.imitation.answerInstead(new Response(503, Map.of(), ""));
        assertThat(client.revoke(tokens)).isFalse();
    }

    /** What of {@link #PARTICULAR} a client must know. */
    static Stream<String> particulars() {
        return Stream.of(
                "/client_auth",
                "/pkce",
                "/param_names/client_id",
                "/authorization_params/audience",
                "/token_params/action",
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

    @Test
    void anImitationIsContentWithAClientThatKnowsItsEntry() throws Exception {
        assertThat(live(new Client(EntryText.of(PARTICULAR)))).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("particulars")
    void anImitationIsNotContentWithAClientThatIsIgnorantOfIt(String particular) {
        // Given
        EntryText entry = EntryText.of(PARTICULAR);
        Client ignorant = new Client(entry, entry.without(particular));

        // Then
        assertThatThrownBy(() -> live(ignorant)).hasMessageContaining("what the imitation of particular says");
    }

    private static boolean live(Client client) throws Exception {
        TokenSet tokens = granted(client.connect());
        assertThat(client.identify(tokens)).isEqualTo(client.user());
        TokenSet refreshed = granted(client.refresh(tokens.refreshToken().orElseThrow()));
        return client.revoke(refreshed);
    }

    private static TokenSet granted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Granted.class);
        return ((Outcome.Granted) outcome).tokens();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Ours, at the imitation of one provider: whatever that has to say against a request fails the test. */
    private static final class Client {

        final EntryImitation imitation;
        final ImitatedAnswers answers;
        final Counterparty counterparty;
        private final Secret verifier = Pkce.codeVerifier(EveryEntryTest::bytes);
        private Optional<String> nonce = Optional.empty();
        private SequencedSet<String> scopes;
        private String lastCode = "";

        Client(EntryText entry) {
            this(entry, entry);
        }

        /** @param known what it knows of the provider, whatever that is like */
        Client(EntryText entry, EntryText known) {
            imitation = server.imitate(entry);
            answers = imitation.answers();
            Provider provider = READ.computeIfAbsent(server.moved(known), Client::read);
            scopes = provider.scopesFor(List.of());
            counterparty = new Counterparty(
                    provider,
                    provider.endpoints().complete().orElseThrow(),
                    new ClientRegistration(
                            EntryImitation.CLIENT_ID, Optional.of(Secret.of(EntryImitation.CLIENT_SECRET))),
                    () -> EntryImitation.CALLBACK);
        }

        private static Provider read(EntryText entry) {
            EntryFile file = new EntryFile(entry.id() + ".yaml", entry.tree().toString());
            Entry read = new EntryReader(true, Providers.of(List.of()), id -> true).read(file);
            return ((Entry.Definition) read).provider();
        }

        Outcome connect() throws Exception {
            return exchange(authorize(Set.of()));
        }

        /** The code with which the provider sends the browser back. */
        String authorize(Set<String> chosen) throws Exception {
            Provider provider = counterparty.provider();
            Secret state = Secret.of("state");
            imitation.expectScopes(chosen);
            scopes = provider.scopesFor(chosen);
            nonce = scopes.contains("openid") && provider.dialect().nonceReturned()
                    ? Optional.of(IdToken.nonce(verifier))
                    : Optional.empty();
            URI location = new AuthorizationRequest(
                            counterparty.endpoints().authorization(),
                            counterparty.client().id(),
                            counterparty.redirectUri().get(),
                            scopes,
                            provider.scopes().separator(),
                            state,
                            provider.requests().codeChallenged()
                                    ? Optional.of(Pkce.codeChallenge(verifier))
                                    : Optional.empty(),
                            nonce,
                            provider.requests().names(),
                            counterparty.authorizationParameters(scopes))
                    .toUri();
            Map<String, String> returned = visit(location);
            assertThat(returned).containsEntry("state", state.reveal());
            lastCode = returned.get("code");
            return lastCode;
        }

        private Map<String, String> visit(URI location) throws IOException, InterruptedException {
            imitation.expect(Step.AUTHORIZATION);
            HttpResponse<String> answer =
                    browser.send(HttpRequest.newBuilder(location).build(), HttpResponse.BodyHandlers.ofString());
            requireContent();
            String query = answer.headers().firstValue("Location").orElseThrow().split("\\?", 2)[1];
            return Arrays.stream(query.split("&"))
                    .map(pair -> pair.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
        }

        Outcome exchange(String code) {
            AuthorizationCode authorizationCode = new AuthorizationCode(
                    Secret.of(code),
                    counterparty.provider().requests().codeChallenged() ? Optional.of(verifier) : Optional.empty(),
                    counterparty.redirectUri().get(),
                    scopes);
            return after(Step.EXCHANGE, () -> tokenEndpoint.exchange(counterparty, authorizationCode, DEADLINE));
        }

        Outcome refresh(Secret token) {
            return after(Step.REFRESH, () -> tokenEndpoint.refresh(counterparty, token, scopes, DEADLINE));
        }

        ProviderIdentity identify(TokenSet tokens) {
            tokens.idToken().flatMap(IdToken::read).ifPresent(this::requireOwn);
            return after(
                    Step.USERINFO,
                    () -> introductions
                            .introduce(counterparty, tokens, ConnectionFields.NONE, MissingNode.getInstance(), DEADLINE)
                            .map(Introduction::identity));
        }

        private void requireOwn(IdToken idToken) {
            IdToken.Expected expected = new IdToken.Expected(
                    counterparty.endpoints().issuer(), counterparty.client().id(), nonce);
            assertThat(idToken.fault(expected, ImitatedAnswers.NOW)).isEmpty();
        }

        /** With the token that ends the grant: the refresh token where that does and there is one. */
        boolean revoke(TokenSet tokens) {
            Revocation revocation = counterparty.endpoints().revocation().orElseThrow();
            Optional<Secret> refreshToken =
                    tokens.refreshToken().filter(token -> revocation.takes(TokenKind.REFRESH_TOKEN));
            return after(
                    Step.REVOCATION,
                    () -> revocationEndpoint.revoke(
                            counterparty,
                            revocation,
                            refreshToken.orElse(tokens.accessToken()),
                            refreshToken.isPresent() ? TokenKind.REFRESH_TOKEN : TokenKind.ACCESS_TOKEN,
                            DEADLINE));
        }

        /** What an answer to a token request means, in the words of entries. */
        String told(Secret token, Response answer) {
            imitation.answerInstead(answer);
            return switch (answers.refreshes() ? refresh(token) : exchange(lastCode)) {
                case Outcome.Granted granted -> "granted";
                case Outcome.Dead(Outcome.Reason reason) -> reason == Outcome.Reason.RECONSENT ? "reconsent" : "dead";
                case Outcome.Misconfigured misconfigured -> "misconfigured";
                case Outcome.Transient passing -> "transient";
                case Outcome.Uncertain uncertain -> "uncertain";
                case Outcome.Suspect(Outcome.Suspect.Cause cause) ->
                    cause == Outcome.Suspect.Cause.UNKNOWN ? "suspect" : "maybe_misconfigured";
            };
        }

        /** Whom the provider tells of, as far as it does. */
        ProviderIdentity user() {
            Optional<String> email = answers.told("email");
            Optional<String> accountId = answers.told("account_id");
            return new ProviderIdentity(
                    answers.told("subject").orElse(""),
                    accountId.or(() -> email),
                    answers.told("name").or(() -> email).or(() -> accountId));
        }

        private <T> T after(Step step, Supplier<Uni<T>> call) {
            imitation.expect(step);
            try {
                return call.get().await().atMost(DEADLINE);
            } finally {
                requireContent();
            }
        }

        private void requireContent() {
            assertThat(imitation.complaints())
                    .as("what the imitation of %s says", imitation.entry())
                    .isEmpty();
        }
    }
}
