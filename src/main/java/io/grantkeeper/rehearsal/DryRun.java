package io.grantkeeper.rehearsal;

import static io.grantkeeper.rehearsal.Unlike.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Grant;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.rehearsal.Result.Failed;
import io.grantkeeper.rehearsal.Result.Passed;
import io.grantkeeper.rehearsal.Result.Skipped;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The life of one connection, step by step, at the imitation of an entry's provider. */
final class DryRun {

    private static final Duration LIFETIME = Duration.ofSeconds(ImitatedAnswers.LIFETIME);

    /** What stands for a refresh token where the provider has none. */
    private static final Secret NONE = Secret.of("of no provider");

    private final EntryText entry;
    private final Provider provider;
    private final RehearsedService service;
    private final List<Step> steps = new ArrayList<>();
    private Optional<TokenSet> tokens = Optional.empty();

    private DryRun(Stage stage, EntryText entry, Provider provider) {
        this.entry = entry;
        this.provider = provider;
        this.service = new RehearsedService(stage, entry, entry);
    }

    /** @param provider what the service has read in the entry */
    static List<Step> of(Stage stage, EntryText entry, Provider provider) {
        if (!provider.grants().contains(Grant.AUTHORIZATION_CODE)) {
            return List.of(new Step(
                    "authorization", new Skipped("the entry has no grant of a user's; others are not rehearsed")));
        }
        DryRun run = new DryRun(stage, entry, provider);
        run.connection();
        run.laterLife();
        return run.steps;
    }

    private void connection() {
        step("authorization", this::authorization);
        step("exchange", this::exchange);
        afterwards("identity", this::identity);
        afterwards("default scopes", this::defaultScopes);
    }

    private void laterLife() {
        afterwards("refresh", this::refresh);
        afterwards("error invalid_grant", () -> refusal(answers().refused(400, "invalid_grant", ""), "dead"));
        afterwards(
                "error invalid_client", () -> refusal(answers().refused(401, "invalid_client", ""), "misconfigured"));
        afterwards("error 503", () -> refusal(Response.html(503), "transient"));
        afterwards("error unreadable", () -> refusal(Response.html(200), "uncertain"));
        int index = 0;
        for (JsonNode rule : entry.nodes("/token_errors")) {
            afterwards("token_errors/" + index++, () -> refusal(rule));
        }
        afterwards("revocation", this::revocation);
    }

    private ImitatedAnswers answers() {
        return service.imitation().answers();
    }

    /** Of a user who chooses everything. */
    private Result authorization() {
        service.authorize(everything());
        return new Passed(Shown.authorizationUrl(provider, service));
    }

    private Set<String> everything() {
        return new LinkedHashSet<>(entry.map("/scopes").keySet());
    }

    private Result exchange() {
        TokenSet granted = connected(granted(service.exchange()));
        require("access token", answers().accessToken(), granted.accessToken().reveal());
        require(
                "refresh token",
                answers().refreshToken(),
                granted.refreshToken().map(Secret::reveal));
        require("lifetime", Optional.of(LIFETIME), granted.expiresIn());
        require(
                "scopes",
                List.copyOf(service.imitation().asked()),
                List.copyOf(granted.scopes().orElseGet(service::scopes)));
        require("second use of the code", "dead", Meant.word(service.exchange()));
        return new Passed(tokenMethod() + " " + Shown.tokenUrl(entry));
    }

    private String tokenMethod() {
        return entry.text("/token_body", "form").equals("query") ? "GET" : "POST";
    }

    private Result identity() {
        ProviderIdentity user = service.user();
        require("user", user, service.identify(connected()));
        return user.subject().isEmpty()
                ? new Skipped("the entry does not say where the provider tells who its user is")
                : new Passed("subject at " + provider.identity().subject());
    }

    /** Of a user who chooses nothing: who they are has to be told by less. */
    private Result defaultScopes() {
        if (provider.scopesFor(Set.of()).equals(provider.scopesFor(everything()))) {
            return new Skipped("all scopes are asked for anyway");
        }
        service.authorize(Set.of());
        TokenSet granted = connected(granted(service.exchange()));
        require("user", service.user(), service.identify(granted));
        return new Passed(String.join(" ", service.scopes()));
    }

    private Result refresh() {
        if (!answers().refreshes()) {
            return new Skipped("there are no refresh tokens, the entry says");
        }
        Secret first = connected().refreshToken().orElseThrow();
        TokenSet refreshed = connected(granted(service.refresh(first)).keeping(first));
        require("access token", answers().accessToken(), refreshed.accessToken().reveal());
        require("lifetime", Optional.of(lifetimeAfterRefresh()), refreshed.expiresIn());
        require(
                "refresh token",
                answers().refreshToken(),
                refreshed.refreshToken().map(Secret::reveal));
        if (answers().rotates()) {
            require("second use of a replaced refresh token", "dead", Meant.word(service.refresh(first)));
        }
        return new Passed(answers().rotates() ? "the refresh token is replaced" : "the refresh token stays");
    }

    private Duration lifetimeAfterRefresh() {
        return entry.number("/refresh/access_token_ttl")
                .map(Duration::ofSeconds)
                .orElse(LIFETIME);
    }

    private Result refusal(JsonNode rule) {
        return refusal(answers().refused(rule), rule.path("means").asText());
    }

    private Result refusal(Response answer, String meaning) {
        require(
                "meaning of " + answer.status() + " " + answer.body(),
                meaning,
                service.told(connected().refreshToken().orElse(NONE), answer));
        return new Passed(meaning);
    }

    private Result revocation() {
        if (service.counterparty().endpoints().revocation().isEmpty()) {
            return new Skipped("no revocation in the entry");
        }
        require("grant ended", true, service.revoke(connected()));
        service.imitation().answerInstead(Response.empty(503));
        require("grant ended by a 503", false, service.revoke(connected()));
        return new Passed(Shown.revocation(entry));
    }

    /** What later steps go on with, whatever else is said of it. */
    private TokenSet connected(TokenSet granted) {
        tokens = Optional.of(granted);
        return granted;
    }

    private TokenSet connected() {
        return tokens.orElseThrow();
    }

    private static TokenSet granted(Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            return granted.tokens();
        }
        throw new Unlike("meaning of the provider's tokens", "granted", Meant.word(outcome));
    }

    /** One that needs a connection. */
    private void afterwards(String name, Supplier<Result> attempt) {
        step(name, tokens.isPresent() ? attempt : () -> new Skipped("nothing was connected"));
    }

    private void step(String name, Supplier<Result> attempt) {
        steps.add(new Step(name, result(attempt)));
    }

    private static Result result(Supplier<Result> attempt) {
        try {
            return attempt.get();
        } catch (Unlike unlike) {
            return unlike.result();
        } catch (EgressFailure failure) {
            return new Failed(
                    "call", "an answer that says what the entry promises", String.valueOf(failure.getMessage()));
        }
    }
}
