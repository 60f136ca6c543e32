package io.grantkeeper.provider;

import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.RetryAfter;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * A provider's token endpoint (RFC 6749 §3.2) as its client sees it. Every end of a call is an {@link Outcome}; only what
 * is our own fault fails the {@code Uni}.
 */
@ApplicationScoped
public class TokenEndpoint {

    private final Egress egress;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ClientSecrets secrets;

    @Inject
    TokenEndpoint(Egress egress, InstantSource clock, ClientSecrets secrets) {
        this(egress, clock, System::nanoTime, secrets);
    }

    TokenEndpoint(Egress egress, InstantSource clock, LongSupplier nanoTime) {
        this(egress, clock, nanoTime, new ClientSecrets(clock));
    }

    TokenEndpoint(Egress egress, InstantSource clock, LongSupplier nanoTime, ClientSecrets secrets) {
        this.egress = egress;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.secrets = secrets;
    }

    /** Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
    public Uni<Outcome> exchange(Counterparty counterparty, AuthorizationCode code, Duration deadline) {
        return proven(counterparty, client -> exchanged(client, code, deadline));
    }

    /** Without what it is to prove itself with, a client of ours sends nothing. */
    private Uni<Outcome> proven(Counterparty counterparty, Function<Counterparty, Uni<Outcome>> call) {
        return secrets.showing(counterparty)
                .map(call)
                .orElseGet(() -> Uni.createFrom().item(new Outcome.Misconfigured()));
    }

    private Uni<Outcome> exchanged(Counterparty counterparty, AuthorizationCode code, Duration deadline) {
        Provider provider = counterparty.provider();
        return provider.refresh()
                .upgrade()
                .map(upgrade -> upgraded(counterparty, code, upgrade, deadline))
                .orElseGet(() -> call(
                        counterparty,
                        question(counterparty, code, new Reading(provider::exchanged, code.companion())),
                        deadline));
    }

    /** Two calls within the time of one. */
    private Uni<Outcome> upgraded(
            Counterparty counterparty, AuthorizationCode code, TokenQuery upgrade, Duration deadline) {
        long start = nanoTime.getAsLong();
        return call(counterparty, question(counterparty, code, Reading.of(UnaryOperator.identity())), deadline)
                .chain(outcome -> outcome instanceof Outcome.Granted first
                        ? upgraded(counterparty, first.tokens(), upgrade, deadline.minus(since(start)))
                        : Uni.createFrom().item(outcome));
    }

    private Uni<Outcome> upgraded(Counterparty counterparty, TokenSet first, TokenQuery upgrade, Duration deadline) {
        return call(
                counterparty,
                upgrade,
                Placeholders.of(counterparty, List.of()).and("access_token", first.accessToken()::reveal),
                Reading.of(longer -> counterparty.provider().exchanged(first.upgradedTo(longer))),
                deadline);
    }

    private static Question question(Counterparty counterparty, AuthorizationCode code, Reading reading) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code.code().reveal());
        form.put("redirect_uri", code.redirectUri().toString());
        code.codeVerifier().ifPresent(verifier -> form.put("code_verifier", verifier.reveal()));
        return new Question(
                counterparty.endpoints().token(),
                form,
                counterparty.provider().requests().exchangeParameters(),
                Placeholders.of(counterparty, code.scopes()).and("state", code.state()::reveal),
                reading);
    }

    /**
     * Refreshes (RFC 6749 §6), without asking for other scopes than these, which were granted. It is sent once; an answer that did not arrive leaves its fate uncertain.
     */
    public Uni<Outcome> refresh(
            Counterparty counterparty, Secret refreshToken, Collection<String> scopes, Duration deadline) {
        return proven(
                counterparty,
                client -> client.provider()
                        .refresh()
                        .renewsItself()
                        .map(renewal -> renewed(client, renewal, refreshToken, deadline))
                        .orElseGet(() -> refreshed(client, refreshToken, scopes, deadline)));
    }

    /** The token that is shown is an access token, and so is the next one. */
    private Uni<Outcome> renewed(
            Counterparty counterparty, SelfRenewal renewal, Secret accessToken, Duration deadline) {
        return call(
                counterparty,
                renewal.query(),
                Placeholders.of(counterparty, List.of())
                        .and("access_token", accessToken::reveal)
                        .and("refresh_token", accessToken::reveal),
                Reading.of(tokens -> counterparty.provider().understood(tokens.renewingThemselves())),
                deadline);
    }

    private Uni<Outcome> refreshed(
            Counterparty counterparty, Secret refreshToken, Collection<String> scopes, Duration deadline) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken.reveal());
        Endpoints endpoints = counterparty.endpoints();
        Provider provider = counterparty.provider();
        return call(
                counterparty,
                new Question(
                        endpoints.refresh().orElse(endpoints.token()),
                        form,
                        provider.requests().refreshParameters(),
                        Placeholders.of(counterparty, scopes),
                        Reading.of(provider::understood)),
                deadline);
    }

    private Uni<Outcome> call(Counterparty counterparty, Question question, Duration deadline) {
        AuthenticatedForm form = AuthenticatedForm.of(
                counterparty,
                question.fields(),
                besides(question),
                counterparty.provider().requests().tokenFormat());
        Map<String, String> headers = headers(counterparty, question.placeholders());
        headers.putAll(form.headers());
        Outbound outbound = new Outbound(
                form.method(),
                form.at(question.address()),
                headers,
                form.body(),
                deadline,
                counterparty.provider().allowPrivate());
        return call(counterparty, outbound, question.reading());
    }

    private Uni<Outcome> call(
            Counterparty counterparty,
            TokenQuery query,
            Placeholders placeholders,
            Reading reading,
            Duration deadline) {
        Outbound outbound = new Outbound(
                HttpMethod.GET,
                QueryText.with(query.url(), placeholders.fill(query.parameters())),
                headers(counterparty, placeholders),
                Optional.empty(),
                deadline,
                counterparty.provider().allowPrivate());
        return call(counterparty, outbound, reading);
    }

    private static Map<String, String> headers(Counterparty counterparty, Placeholders placeholders) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.putAll(placeholders.fill(counterparty.provider().requests().tokenHeaders()));
        return headers;
    }

    private Uni<Outcome> call(Counterparty counterparty, Outbound outbound, Reading reading) {
        long start = nanoTime.getAsLong();
        return egress.send(outbound)
                .map(answer -> reading.withBesides(
                        outcome(answer, counterparty.provider().dialect()), answer))
                .map(outcome -> read(outcome, reading, since(start)))
                .onFailure(EgressFailure.class)
                .recoverWithItem(TokenEndpoint::outcome);
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanoTime.getAsLong() - start);
    }

    /** One that has no value is left out, such as a scope where none is asked for. */
    private static Map<String, String> besides(Question question) {
        Map<String, String> besides = question.placeholders().fill(question.besides());
        besides.values().removeIf(String::isEmpty);
        return besides;
    }

    private Outcome outcome(Answer answer, Dialect dialect) {
        Optional<Duration> wait =
                Optional.ofNullable(answer.retryAfter()).flatMap(header -> RetryAfter.parse(header, clock.instant()));
        return dialect.outcome(answer.status(), answer.body(), wait);
    }

    /** Every lifetime is counted from the request here, and from now at the end. */
    private Outcome read(Outcome outcome, Reading reading, Duration sinceRequest) {
        if (outcome instanceof Outcome.Granted granted) {
            return new Outcome.Granted(
                    read(granted.tokens(), reading.meaning(), sinceRequest),
                    granted.besides().map(tokens -> read(tokens, reading::besides, sinceRequest)));
        }
        return outcome;
    }

    private TokenSet read(TokenSet tokens, UnaryOperator<TokenSet> meaning, Duration sinceRequest) {
        return meaning.apply(tokens.countedFrom(clock.instant().minus(sinceRequest)))
                .aged(sinceRequest);
    }

    private static Outcome outcome(EgressFailure failure) {
        return switch (failure.kind()) {
            case NOT_SENT -> new Outcome.Transient(Optional.empty());
            case ANSWER_LOST -> new Outcome.Uncertain();
        };
    }

    /**
     * A token request, but for what every one has.
     *
     * @param fields by the standards' names
     * @param besides by the provider's, with placeholders
     */
    private record Question(
            URI address,
            Map<String, String> fields,
            Map<String, String> besides,
            Placeholders placeholders,
            Reading reading) {

        @Override
        public String toString() {
            return "Question[***]";
        }
    }

    /**
     * What an answer is looked at for.
     *
     * @param meaning what its tokens mean
     * @param companion the provider that may have tokens in it as well
     */
    private record Reading(UnaryOperator<TokenSet> meaning, Optional<Provider> companion) {

        static Reading of(UnaryOperator<TokenSet> meaning) {
            return new Reading(meaning, Optional.empty());
        }

        Outcome withBesides(Outcome outcome, Answer answer) {
            return outcome instanceof Outcome.Granted granted
                    ? new Outcome.Granted(
                            granted.tokens(),
                            companion.flatMap(other -> other.dialect().besides(answer.status(), answer.body())))
                    : outcome;
        }

        TokenSet besides(TokenSet tokens) {
            return companion.map(other -> other.exchanged(tokens)).orElse(tokens);
        }
    }

    /**
     * What an exchange needs besides the client: the code, and what the authorization request said of it.
     *
     * @param state that of the request, which is used up by now
     * @param companion the provider that may have tokens in the answer as well; it is not asked
     */
    public record AuthorizationCode(
            Secret code,
            Optional<Secret> codeVerifier,
            URI redirectUri,
            Collection<String> scopes,
            Secret state,
            Optional<Provider> companion) {

        public AuthorizationCode(
                Secret code, Optional<Secret> codeVerifier, URI redirectUri, Collection<String> scopes, Secret state) {
            this(code, codeVerifier, redirectUri, scopes, state, Optional.empty());
        }
    }
}
