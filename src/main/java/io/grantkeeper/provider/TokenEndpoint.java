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
import java.util.Map;
import java.util.Optional;
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

    @Inject
    TokenEndpoint(Egress egress, InstantSource clock) {
        this(egress, clock, System::nanoTime);
    }

    TokenEndpoint(Egress egress, InstantSource clock, LongSupplier nanoTime) {
        this.egress = egress;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
    public Uni<Outcome> exchange(Counterparty counterparty, AuthorizationCode code, Duration deadline) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code.code().reveal());
        form.put("redirect_uri", code.redirectUri().toString());
        code.codeVerifier().ifPresent(verifier -> form.put("code_verifier", verifier.reveal()));
        Provider provider = counterparty.provider();
        return call(
                counterparty,
                new Question(
                        counterparty.endpoints().token(),
                        form,
                        provider.requests().exchangeParameters(),
                        code.scopes(),
                        provider::exchanged),
                deadline);
    }

    /**
     * Refreshes (RFC 6749 §6), without asking for other scopes than these, which were granted. It is sent once; an answer that did not arrive leaves its fate uncertain.
     */
    public Uni<Outcome> refresh(
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
                        scopes,
                        provider::understood),
                deadline);
    }

    private Uni<Outcome> call(Counterparty counterparty, Question question, Duration deadline) {
        Provider provider = counterparty.provider();
        Requests requests = provider.requests();
        Placeholders placeholders = Placeholders.of(counterparty, question.scopes());
        AuthenticatedForm form = AuthenticatedForm.of(
                counterparty, question.fields(), besides(question, placeholders), requests.tokenFormat());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.putAll(placeholders.fill(requests.tokenHeaders()));
        headers.putAll(form.headers());
        Outbound outbound = new Outbound(
                HttpMethod.POST,
                question.address(),
                headers,
                Optional.of(form.body()),
                deadline,
                provider.allowPrivate());
        long start = nanoTime.getAsLong();
        return egress.send(outbound)
                .map(answer -> outcome(answer, provider.dialect()))
                .map(outcome -> read(outcome, question.reading(), Duration.ofNanos(nanoTime.getAsLong() - start)))
                .onFailure(EgressFailure.class)
                .recoverWithItem(TokenEndpoint::outcome);
    }

    /** One that has no value is left out, such as a scope where none is asked for. */
    private static Map<String, String> besides(Question question, Placeholders placeholders) {
        Map<String, String> besides = placeholders.fill(question.besides());
        besides.values().removeIf(String::isEmpty);
        return besides;
    }

    private Outcome outcome(Answer answer, Dialect dialect) {
        Optional<Duration> wait =
                Optional.ofNullable(answer.retryAfter()).flatMap(header -> RetryAfter.parse(header, clock.instant()));
        return dialect.outcome(answer.status(), answer.body(), wait);
    }

    /** Every lifetime is counted from the request here, and from now at the end. */
    private Outcome read(Outcome outcome, UnaryOperator<TokenSet> reading, Duration sinceRequest) {
        if (outcome instanceof Outcome.Granted granted) {
            TokenSet tokens = granted.tokens().countedFrom(clock.instant().minus(sinceRequest));
            return new Outcome.Granted(reading.apply(tokens).aged(sinceRequest));
        }
        return outcome;
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
     * @param besides by the provider's
     * @param reading what the tokens that it brings mean
     */
    private record Question(
            URI address,
            Map<String, String> fields,
            Map<String, String> besides,
            Collection<String> scopes,
            UnaryOperator<TokenSet> reading) {

        @Override
        public String toString() {
            return "Question[***]";
        }
    }

    /** What an exchange needs besides the client: the code, and what the authorization request said of it. */
    public record AuthorizationCode(
            Secret code, Optional<Secret> codeVerifier, URI redirectUri, Collection<String> scopes) {}
}
