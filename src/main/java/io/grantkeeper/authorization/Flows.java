package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Bound;
import io.grantkeeper.authorization.Attempt.Requester;
import io.grantkeeper.client.PresentClients;
import io.grantkeeper.oauth.AuthorizationRequest;
import io.grantkeeper.oauth.Pkce;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Starts flows: from what somebody wants to the redirect that takes a browser to the provider. */
@ApplicationScoped
class Flows {

    private static final int ONE_TIME_BYTES = 32;

    /** A popup is opened at once. */
    private static final Duration USERS_TICKET = Duration.ofSeconds(60);

    /** An agent's link has to find its way to a person first, and who is asked for something has to look it up. */
    private static final Duration AGENTS_TICKET = Duration.ofMinutes(10);

    private final Attempts attempts;
    private final VerifierSeals seals;
    private final Providers providers;
    private final PresentClients clients;
    private final Counterparties counterparties;
    private final Randomness randomness;
    private final Uuid7 ids;

    Flows(
            Attempts attempts,
            VerifierSeals seals,
            Providers providers,
            PresentClients clients,
            Counterparties counterparties,
            Randomness randomness,
            Uuid7 ids) {
        this.attempts = attempts;
        this.seals = seals;
        this.providers = providers;
        this.clients = clients;
        this.counterparties = counterparties;
        this.randomness = randomness;
        this.ids = ids;
    }

    /** A flow that was promised to whoever shows the ticket. */
    record Offer(UUID id, Secret ticket, Instant expiresAt) {}

    /** Where to send the browser, and what to bind it with. */
    record Departure(Attempt attempt, URI location, Secret browser) {}

    /** Remembers a flow and gives out its ticket. */
    Uni<Offer> offer(Wanted wanted, Requester requester) {
        boolean byUser = requester.kind() == Requester.Kind.USER;
        Attempt attempt =
                Attempt.of(ids.next(), wanted, requester, byUser ? Optional.of(requester.id()) : Optional.empty());
        Secret ticket = oneTime();
        boolean atOnce = byUser && wanted.provider().missing(wanted.fields()).isEmpty();
        return attempts.offer(attempt, ticket, atOnce ? USERS_TICKET : AGENTS_TICKET)
                .map(expiry -> new Offer(attempt.id(), ticket, expiry));
    }

    /** The flow of a ticket; fails with {@code already_used} when it cannot be opened any more. */
    Uni<Attempt> offeredBy(Secret ticket) {
        return attempts.offeredBy(ticket).map(found -> found.orElseThrow(Flows::ticketUsed));
    }

    /** Binds a flow to the browser that opened it, and sends that on its way. */
    Uni<Departure> depart(Attempt attempt) {
        Provider provider = providers.require(attempt.provider());
        return clients.require(attempt.account(), provider)
                .chain(client -> counterparties.reach(provider.at(attempt.fields()), client))
                .onFailure(EgressFailure.class)
                .transform(failure -> unreachable())
                .chain(counterparty -> depart(attempt, counterparty));
    }

    private Uni<Departure> depart(Attempt attempt, Counterparty counterparty) {
        Secret state = oneTime();
        Secret browser = oneTime();
        Secret verifier = Pkce.codeVerifier(randomness);
        String clientId = counterparty.client().id();
        URI redirectUri = counterparty.redirectUri().get();
        Bound bound = new Bound(
                attempt,
                Digests.sha256(browser),
                seals.seal(verifier, attempt, counterparty.provider()),
                clientId,
                redirectUri,
                counterparty.provider().requests().codeChallenged(),
                OpenIdFlow.isNonced(attempt, counterparty.provider()));
        URI location = new AuthorizationRequest(
                        counterparty.endpoints().authorization(),
                        clientId,
                        redirectUri,
                        counterparty.provider().scopes().inScope(attempt.scopes()),
                        counterparty.provider().scopes().separator(),
                        state,
                        bound.challenged() ? Optional.of(Pkce.codeChallenge(verifier)) : Optional.empty(),
                        OpenIdFlow.nonce(bound, verifier),
                        counterparty.provider().requests().names(),
                        counterparty.authorizationParameters(attempt.scopes()))
                .toUri();
        return attempts.start(bound, state).map(started -> {
            if (!started) {
                throw ticketUsed();
            }
            return new Departure(attempt, location, browser);
        });
    }

    private Secret oneTime() {
        return Secret.of(randomness.base64Url(ONE_TIME_BYTES));
    }

    private static Problem ticketUsed() {
        return Problem.of(
                ProblemCode.ALREADY_USED, "This link was used before, or it took too long: ask for a new one.");
    }

    private static Problem unreachable() {
        return Problem.of(ProblemCode.REFRESH_UNAVAILABLE, "The provider cannot be reached just now.")
                .retryAfter(Duration.ofSeconds(5));
    }
}
