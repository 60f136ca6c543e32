package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcomes;
import io.grantkeeper.oauth.RetryAfter;
import io.grantkeeper.oauth.TokenResponses;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

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
        form.put("code_verifier", code.codeVerifier().reveal());
        return call(counterparty, form, deadline);
    }

    /** Refreshes (RFC 6749 §6). It is sent once; an answer that did not arrive leaves its fate uncertain. */
    public Uni<Outcome> refresh(Counterparty counterparty, Secret refreshToken, Duration deadline) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken.reveal());
        return call(counterparty, form, deadline);
    }

    private Uni<Outcome> call(Counterparty counterparty, Map<String, String> form, Duration deadline) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        headers.put("Accept", "application/json");
        headers.putAll(counterparty.provider().tokenHeaders());
        authenticate(counterparty, headers, form);
        Outbound outbound = new Outbound(
                HttpMethod.POST,
                counterparty.endpoints().token(),
                headers,
                Optional.of(encode(form)),
                deadline,
                counterparty.provider().allowPrivate());
        long start = nanoTime.getAsLong();
        return egress.send(outbound)
                .map(this::outcome)
                .map(outcome ->
                        understood(outcome, counterparty.provider(), Duration.ofNanos(nanoTime.getAsLong() - start)))
                .onFailure(EgressFailure.class)
                .recoverWithItem(TokenEndpoint::outcome);
    }

    private Outcome outcome(Answer answer) {
        Optional<Duration> wait =
                Optional.ofNullable(answer.retryAfter()).flatMap(header -> RetryAfter.parse(header, clock.instant()));
        return Outcomes.of(TokenResponses.read(answer.status(), answer.body()), wait);
    }

    private static Outcome understood(Outcome outcome, Provider provider, Duration sinceRequest) {
        if (outcome instanceof Outcome.Granted granted) {
            return new Outcome.Granted(provider.understood(granted.tokens()).aged(sinceRequest));
        }
        return outcome;
    }

    private static Outcome outcome(EgressFailure failure) {
        return switch (failure.kind()) {
            case NOT_SENT -> new Outcome.Transient(Optional.empty());
            case ANSWER_LOST -> new Outcome.Uncertain();
        };
    }

    static void authenticate(Counterparty counterparty, Map<String, String> headers, Map<String, String> form) {
        ClientRegistration client = counterparty.client();
        switch (counterparty.provider().clientAuthentication()) {
            case BASIC -> headers.put("Authorization", basic(client));
            case POST -> {
                form.put("client_id", client.id());
                client.secret().ifPresent(secret -> form.put("client_secret", secret.reveal()));
            }
            case NONE -> form.put("client_id", client.id());
        }
    }

    /** Both halves are form-encoded first (RFC 6749 §2.3.1). */
    static String basic(ClientRegistration client) {
        String secret = client.secret().map(Secret::reveal).orElse("");
        String credentials = URLEncoder.encode(client.id(), UTF_8) + ":" + URLEncoder.encode(secret, UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    }

    static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> URLEncoder.encode(each.getKey(), UTF_8) + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** What an exchange needs besides the client: the code, and what the authorization request said of it. */
    public record AuthorizationCode(Secret code, Secret codeVerifier, URI redirectUri) {}
}
