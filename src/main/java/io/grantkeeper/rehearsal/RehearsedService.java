package io.grantkeeper.rehearsal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.grantkeeper.oauth.AuthorizationRequest;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Pkce;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Introduction;
import io.grantkeeper.provider.Introductions;
import io.grantkeeper.provider.OperatorEntries;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.ProviderClients;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.provider.Revocation;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.provider.TokenEndpoint.AuthorizationCode;
import io.grantkeeper.rehearsal.EntryImitation.Call;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the service does with a connection, done at the imitation of one provider with what the service does it with, down to
 * the sockets. Each call throws {@link Unlike} when the imitation has anything to say against it.
 */
final class RehearsedService {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Secret VERIFIER = Pkce.codeVerifier(byte[]::new);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Secret STATE = Secret.of("state");

    private final EntryImitation imitation;
    private final ProviderClients clients;
    private final Awaiting awaiting;
    private final Provider provider;
    private final ConnectionFields given;
    private ConnectionFields fields;
    private Counterparty counterparty;
    private JsonNode callback = MissingNode.getInstance();
    private Optional<String> nonce = Optional.empty();
    private SequencedSet<String> scopes;
    private Secret code = Secret.of("none yet");

    /**
     * @param entry what the provider is like
     * @param known what the service knows of it, whatever that is like
     */
    RehearsedService(Stage stage, EntryText entry, EntryText known) {
        this.imitation = stage.server().imitate(entry);
        this.clients = stage.clients();
        this.awaiting = stage.awaiting();
        Map<String, String> examples = known.examples();
        this.provider = OperatorEntries.anywhere(stage.server().moved(known).file())
                .operated(field -> Optional.ofNullable(examples.get(field)));
        this.given = provider.given(ConnectionFields.of(known.givenExamples()));
        this.fields = given;
        this.scopes = provider.scopesFor(Set.of());
        this.counterparty = at(given);
    }

    /** The provider as somebody has it of whose connection this much is known. */
    private Counterparty at(ConnectionFields known) {
        Provider filled = provider.at(known);
        return new Counterparty(
                filled,
                awaiting.await(clients.discovery().endpoints(filled)),
                new ClientRegistration(EntryImitation.CLIENT_ID, Optional.of(imitation.clientSecret())),
                () -> EntryImitation.CALLBACK);
    }

    EntryImitation imitation() {
        return imitation;
    }

    Counterparty counterparty() {
        return counterparty;
    }

    /** The scopes that were asked for. */
    SequencedSet<String> scopes() {
        return scopes;
    }

    /** Up to the code with which the provider sends the browser back, which is kept for the exchange. */
    void authorize(Set<String> chosen) {
        counterparty = at(given);
        imitation.expectScopes(chosen);
        scopes = provider().scopesFor(chosen);
        nonce = scopes.contains("openid") && provider().dialect().nonceReturned()
                ? Optional.of(IdToken.nonce(VERIFIER))
                : Optional.empty();
        Map<String, String> returned = visit(authorizationRequest(Pkce.codeChallenge(VERIFIER)));
        Unlike.require("state", STATE.reveal(), returned.getOrDefault("state", "(none)"));
        code = Secret.of(returned.getOrDefault(provider.callback().code().orElse("code"), "(none)"));
        callback = told(returned);
        fields = Introductions.told(provider, given, callback);
        counterparty = at(fields);
    }

    private URI authorizationRequest(String challenge) {
        return new AuthorizationRequest(
                        counterparty.endpoints().authorization(),
                        counterparty.client().id(),
                        counterparty.redirectUri().get(),
                        provider().scopes().inScope(scopes),
                        provider().scopes().separator(),
                        STATE,
                        Optional.of(challenge).filter(used -> isChallenged()),
                        nonce,
                        provider().requests().names(),
                        counterparty.authorizationParameters(scopes))
                .toUri();
    }

    private Map<String, String> visit(URI location) {
        imitation.expect(Call.AUTHORIZATION);
        try {
            return Browser.sentBack(location);
        } finally {
            requireContent();
        }
    }

    /** Of the last code, whether or not it was exchanged before. */
    Outcome exchange() {
        AuthorizationCode authorizationCode = new AuthorizationCode(
                code,
                Optional.of(VERIFIER).filter(used -> isChallenged()),
                counterparty.redirectUri().get(),
                scopes,
                STATE);
        return after(Call.EXCHANGE, () -> clients.tokens().exchange(counterparty, authorizationCode, DEADLINE));
    }

    Outcome refresh(Secret token) {
        return after(Call.REFRESH, () -> clients.tokens().refresh(counterparty, token, scopes, DEADLINE));
    }

    /** From then on the provider is the connection's own. */
    ProviderIdentity identify(TokenSet tokens) {
        tokens.idToken().flatMap(IdToken::read).ifPresent(this::requireOwn);
        Introduction introduction = after(
                Call.USERINFO,
                () -> clients.introductions().introduce(counterparty, tokens, fields, callback, DEADLINE));
        fields = introduction.fields();
        counterparty = introduction.counterparty();
        return introduction.identity();
    }

    /** What is particular to the connection, as far as it is known by now. */
    ConnectionFields fields() {
        return fields;
    }

    private static JsonNode told(Map<String, String> parameters) {
        ObjectNode told = JSON.createObjectNode();
        parameters.forEach(
                (name, value) -> told.set(name, value.startsWith("{") ? read(value) : TextNode.valueOf(value)));
        return told;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException text) {
            return TextNode.valueOf(json);
        }
    }

    private void requireOwn(IdToken idToken) {
        IdToken.Expected expected = new IdToken.Expected(
                provider().dialect().idTokenIssuer().or(counterparty.endpoints()::issuer),
                counterparty.client().id(),
                nonce);
        idToken.fault(expected, ImitatedAnswers.NOW).ifPresent(claim -> {
            throw new Unlike("ID token", "one of this flow", "another's by its claim " + claim);
        });
    }

    /** With the token that ends the grant: the refresh token where that does and there is one. */
    boolean revoke(TokenSet tokens) {
        Revocation revocation = counterparty.endpoints().revocation().orElseThrow();
        Optional<Secret> refreshToken =
                tokens.refreshToken().filter(token -> revocation.takes(TokenKind.REFRESH_TOKEN));
        return after(
                Call.REVOCATION,
                () -> clients.revocation()
                        .revoke(
                                counterparty,
                                revocation,
                                refreshToken.orElse(tokens.accessToken()),
                                refreshToken.isPresent() ? TokenKind.REFRESH_TOKEN : TokenKind.ACCESS_TOKEN,
                                DEADLINE));
    }

    /** What an answer to a token request means, in the words of entries. */
    String told(Secret token, Response answer) {
        imitation.answerInstead(answer);
        try {
            return Meant.word(imitation.answers().refreshes() ? refresh(token) : exchange());
        } finally {
            imitation.answerAsUsual();
        }
    }

    /** Whom the provider tells of, as far as it does. */
    ProviderIdentity user() {
        ImitatedAnswers answers = imitation.answers();
        Optional<String> email = answers.told("email");
        Optional<String> accountId = answers.told("account_id");
        return new ProviderIdentity(
                answers.told("subject").orElse(""),
                accountId.or(() -> email),
                answers.told("name").or(() -> email).or(() -> accountId));
    }

    private Provider provider() {
        return counterparty.provider();
    }

    private boolean isChallenged() {
        return provider().requests().codeChallenged();
    }

    private <T> T after(Call call, Supplier<Uni<T>> request) {
        imitation.expect(call);
        try {
            return awaiting.await(request.get());
        } finally {
            requireContent();
        }
    }

    private void requireContent() {
        imitation.complaints().stream().findFirst().ifPresent(complaint -> {
            throw complaint;
        });
    }
}
