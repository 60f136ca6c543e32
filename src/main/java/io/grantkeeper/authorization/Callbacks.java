package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Bound;
import io.grantkeeper.authorization.Attempt.Status;
import io.grantkeeper.client.KnownClients;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Endpoints;
import io.grantkeeper.provider.Introductions;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Finishes flows: checks that what came back belongs to a flow of ours in this very browser, then exchanges. */
@ApplicationScoped
class Callbacks {

    private static final Logger LOG = Logger.getLogger(Callbacks.class);

    private final Attempts attempts;
    private final Providers providers;
    private final KnownClients clients;
    private final Counterparties counterparties;
    private final Exchange exchange;
    private final FlowCookies cookies;
    private final Trail trail;

    Callbacks(
            Attempts attempts,
            Providers providers,
            KnownClients clients,
            Counterparties counterparties,
            Exchange exchange,
            FlowCookies cookies,
            Trail trail) {
        this.attempts = attempts;
        this.providers = providers;
        this.clients = clients;
        this.counterparties = counterparties;
        this.exchange = exchange;
        this.cookies = cookies;
        this.trail = trail;
    }

    /** How a flow ended. */
    sealed interface Ending {

        Attempt attempt();

        record Connected(Attempt attempt, ConnectionId connection) implements Ending {}

        record Denied(Attempt attempt) implements Ending {}

        record Failed(Attempt attempt, Problem problem) implements Ending {}
    }

    /** Ends the flow; fails with a {@link Problem} when there is none of this state. The state is used up either way. */
    Uni<Ending> end(Returned returned) {
        return attempts.consume(returned.state())
                .chain(bound -> conclude(bound, returned)
                        .onFailure(Problem.class)
                        .recoverWithItem(problem -> new Ending.Failed(bound.attempt(), problem))
                        .onFailure()
                        .call(() -> attempts.finish(bound.attempt(), Status.FAILED, null)))
                .invoke(this::noteRefusal)
                .call(this::note);
    }

    /** That it was connected is written where it is. */
    private void noteRefusal(Ending ending) {
        switch (ending) {
            case Ending.Connected connected -> {}
            case Ending.Denied denied -> trail.note(entry(denied.attempt(), Event.AUTHORIZATION_DENIED));
            case Ending.Failed failed ->
                trail.note(entry(failed.attempt(), Event.AUTHORIZATION_FAILED)
                        .code(failed.problem().code().wireName()));
        }
    }

    private static Entry entry(Attempt attempt, Event event) {
        Actor actor = attempt.user()
                .map(Actor::user)
                .orElseGet(() -> attempt.requester().actor());
        return Entry.of(attempt.account().value(), actor, event).provider(attempt.provider());
    }

    private Uni<Ending> conclude(Bound bound, Returned returned) {
        return Uni.createFrom().deferred(() -> {
            Provider provider = providers.require(bound.attempt().provider());
            requireSameBrowser(bound, returned);
            requireSameUser(bound.attempt(), returned);
            requireOwnPath(bound, provider, returned);
            return client(bound, provider)
                    .invoke(client -> requireSigned(provider, client, returned))
                    .chain(client -> counterparties.reach(provider.at(fields(bound, provider, returned)), client))
                    .onFailure(EgressFailure.class)
                    .transform(failure -> mismatch("The provider cannot be reached just now: try again later."))
                    .chain(counterparty -> conclude(bound, counterparty, returned));
        });
    }

    /** The code is good for the client that the flow was begun with, whichever one is used by now. */
    private Uni<ClientRegistration> client(Bound bound, Provider provider) {
        return clients.find(bound.clientId(), bound.attempt().account(), provider, Optional.empty())
                .map(found -> found.orElseThrow(() -> Problem.of(
                        ProblemCode.PROVIDER_NOT_CONFIGURED,
                        "The client that this sign-in was begun with is not used here any more: try again.")));
    }

    private Uni<Ending> conclude(Bound bound, Counterparty counterparty, Returned returned) {
        requireIssuer(counterparty.endpoints(), returned);
        Optional<Secret> code = code(counterparty.provider(), returned);
        if (code.isPresent() == returned.error().isPresent()) {
            throw mismatch("The provider sent back something that is neither a yes nor a no.");
        }
        if (returned.error().isPresent()) {
            return Uni.createFrom()
                    .item(denied(bound.attempt(), returned.error().get()));
        }
        return exchange.connect(bound, counterparty, code.orElseThrow(), returned)
                .map(connection -> new Ending.Connected(bound.attempt(), connection));
    }

    private static Optional<Secret> code(Provider provider, Returned returned) {
        return provider.callback()
                .code()
                .map(name -> returned.parameters().find(name).map(Secret::of))
                .orElseGet(returned::code);
    }

    /** What somebody gave before, and what the callback tells. */
    private static ConnectionFields fields(Bound bound, Provider provider, Returned returned) {
        try {
            return Introductions.told(
                    provider, bound.attempt().fields(), returned.parameters().told());
        } catch (EgressFailure unfit) {
            throw mismatch("The provider sent back something about the account that cannot be.");
        }
    }

    /** A signature of the provider's over its parameters is checked before any of them is believed. */
    private static void requireSigned(Provider provider, ClientRegistration client, Returned returned) {
        boolean wrong = provider.callback()
                .hmac()
                .filter(name -> client.secret()
                        .filter(key -> returned.parameters().isSigned(name, key))
                        .isEmpty())
                .isPresent();
        if (wrong) {
            LOG.warnf("callback refused cause=hmac provider=%s", provider.id());
            throw mismatch("This sign-in does not come from the provider that it was started at.");
        }
    }

    private static Ending denied(Attempt attempt, String error) {
        if (error.equals("access_denied")) {
            return new Ending.Denied(attempt);
        }
        return new Ending.Failed(
                attempt, Problem.of(ProblemCode.INVALID_REQUEST, "The provider ended the sign-in with an error."));
    }

    private void requireSameBrowser(Bound bound, Returned returned) {
        boolean same = returned.cookie()
                .apply(cookies.nameFor(bound.attempt()))
                .map(value -> MessageDigest.isEqual(Digests.sha256(Secret.of(value)), bound.browserHash()))
                .orElse(false);
        if (!same) {
            LOG.warnf(
                    "callback refused cause=other_browser provider=%s",
                    bound.attempt().provider());
            throw mismatch("This sign-in was started in another browser, so it is not finished in this one.");
        }
    }

    private static void requireSameUser(Attempt attempt, Returned returned) {
        boolean other = returned.user().isPresent()
                && attempt.user()
                        .filter(user -> !user.equals(returned.user().get().subject()))
                        .isPresent();
        if (other) {
            throw Problem.of(ProblemCode.FORBIDDEN, "Somebody else is signed in here now: nothing was connected.");
        }
        boolean left = returned.user()
                .filter(user -> !user.isMemberOf(attempt.account()))
                .isPresent();
        if (left) {
            throw Problem.of(
                    ProblemCode.FORBIDDEN, "You are not signed in for this account any more: nothing was connected.");
        }
    }

    /**
     * A provider that an operator brought answers on a path of its own, and nobody answers on another's, against mix-up
     * (RFC 9700 §4.4.2.2).
     */
    private static void requireOwnPath(Bound bound, Provider provider, Returned returned) {
        String path = bound.redirectUri().getPath();
        boolean own =
                path.endsWith("/callback/" + provider.id()) || path.endsWith("/plugin/" + provider.id() + "/callback");
        Optional<String> promised = own ? Optional.of(provider.id()) : Optional.empty();
        if (!promised.equals(returned.path())) {
            throw mismatch("This sign-in came back on another provider's address.");
        }
    }

    private static void requireIssuer(Endpoints endpoints, Returned returned) {
        boolean other = returned.issuer().isPresent()
                && endpoints.issuer().isPresent()
                && !returned.issuer().equals(endpoints.issuer());
        boolean missing = returned.issuer().isEmpty() && endpoints.issuerInCallback();
        if (other || missing) {
            throw mismatch("This sign-in does not come from the provider that it was started at.");
        }
    }

    private Uni<Void> note(Ending ending) {
        return switch (ending) {
            case Ending.Connected connected ->
                attempts.finish(ending.attempt(), Status.CONNECTED, connected.connection());
            case Ending.Denied denied -> attempts.finish(ending.attempt(), Status.DENIED, null);
            case Ending.Failed failed -> attempts.finish(ending.attempt(), Status.FAILED, null);
        };
    }

    private static Problem mismatch(String description) {
        return Problem.of(ProblemCode.STATE_MISMATCH, description);
    }
}
