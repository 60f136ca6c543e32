package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Revocations;
import io.grantkeeper.connection.Revocations.Ending;
import io.grantkeeper.connection.Revocations.Handed;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.connection.Successor;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.Refresh;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import io.grantkeeper.secret.SealBroken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Writes what came of a refresh: tokens, a death, or nothing but the end of the lease. */
@ApplicationScoped
class Settlement {

    private static final Logger LOG = Logger.getLogger(Settlement.class);

    private final Credentials credentials;
    private final Leases leases;
    private final Revocations revocations;
    private final Providers providers;
    private final Unfinished unfinished;
    private final Waiting waiting;
    private final RefreshMeters meters;
    private final LongSupplier nanoTime = System::nanoTime;

    Settlement(
            Credentials credentials,
            Leases leases,
            Revocations revocations,
            Providers providers,
            Unfinished unfinished,
            Waiting waiting,
            RefreshMeters meters) {
        this.credentials = credentials;
        this.leases = leases;
        this.revocations = revocations;
        this.providers = providers;
        this.unfinished = unfinished;
        this.waiting = waiting;
        this.meters = meters;
    }

    /** What the outcome means for everybody who waits; it is true whether or not PostgreSQL could take it just now. */
    Uni<Refreshed> settle(Held held, Lease lease, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> commit(held, granted.tokens());
            case Outcome.Dead dead -> fail(held, lease, reason(held, lease, dead.reason()));
            case Outcome.Transient passing -> release(held, lease, Setback.TRANSIENT, passing.retryAfter());
            case Outcome.Uncertain uncertain -> release(held, lease, Setback.UNCERTAIN, Optional.empty());
            case Outcome.Misconfigured misconfigured -> release(held, lease, Setback.MISCONFIGURED, Optional.empty());
            case Outcome.Suspect suspect -> suspected(held, lease, suspect.cause());
        };
    }

    /** What may be the operator's matter is never held against the grant, however long it lasts. */
    private Uni<Refreshed> suspected(Held held, Lease lease, Outcome.Suspect.Cause cause) {
        Setback setback = cause == Outcome.Suspect.Cause.UNKNOWN ? Setback.SUSPECT : Setback.TRANSIENT;
        return release(held, lease, setback, Optional.empty());
    }

    private Uni<Refreshed> commit(Held held, TokenSet tokens) {
        long received = nanoTime.getAsLong();
        ConnectionId id = held.connection().id();
        try {
            Successor next = seal(held, tokens);
            return unfinished.write(id, () -> write(next, tokens, received), new Refreshed.Renewed(next.held()));
        } catch (SealBroken mendable) {
            // Key ring or entry changed while the provider was asked. What it gave is kept until they fit again.
            return unfinished.write(
                    id, () -> write(seal(held, tokens), tokens, received), Unavailable.untilOperatorActs());
        }
    }

    private Successor seal(Held held, TokenSet tokens) {
        return credentials.seal(held, tokens, facts(held).keepAlive(tokens.expiresIn()));
    }

    private Refresh facts(Held held) {
        return providers.refreshOf(held.connection().provider());
    }

    private Uni<Refreshed> write(Successor next, TokenSet tokens, long received) {
        return credentials
                .write(next, since(received))
                .onFailure(Unfinished::isForGood)
                .recoverWithUni(() -> writeTokensAlone(next, received))
                .chain(written ->
                        written.map(held -> written(held, received)).orElseGet(() -> overtaken(next.seen(), tokens)));
    }

    /** Words of the provider's that cannot be stored must not cost its tokens, which are only bytes here. */
    private Uni<Optional<Held>> writeTokensAlone(Successor next, long received) {
        LOG.errorf(
                "granted scopes not stored connection=%s",
                next.seen().connection().id());
        return credentials.write(next.withoutScopes(), since(received));
    }

    /** Where the refresh has ended the token before it, no replica may answer that one any longer. */
    private Uni<Refreshed> written(Held held, long received) {
        meters.committed(since(received));
        Refreshed renewed = new Refreshed.Renewed(held);
        return facts(held).invalidatesAccess()
                ? waiting.changed(held.connection().id()).replaceWith(renewed)
                : Uni.createFrom().item(renewed);
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - nanos);
    }

    /** Another write came first, or this one did and its acknowledgement was lost: what stands there is the answer. */
    private Uni<Refreshed> overtaken(Held held, TokenSet tokens) {
        return credentials
                .find(held.connection().id())
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().item(Refreshed.newer(found))
                        : end(held, tokens).replaceWith(new Refreshed.Gone()));
    }

    /** The connection was removed while the provider was asked: what the provider gave must not outlive it. */
    private Uni<Revocations.Result> end(Held held, TokenSet tokens) {
        try {
            return revocations
                    .handed(
                            held.connection().provider(),
                            held.connection().fields(),
                            tokens.refreshToken(),
                            tokens::accessToken)
                    .map(token -> revocations.end(ending(held, token)))
                    .orElseGet(() -> Uni.createFrom().item(Revocations.Result.UNSUPPORTED));
        } catch (SealBroken lost) {
            LOG.errorf(
                    "grant not ended connection=%s cause=%s", held.connection().id(), lost.getMessage());
            return Uni.createFrom().item(Revocations.Result.UNSUPPORTED);
        }
    }

    private Ending ending(Held held, Handed token) {
        return new Ending(
                held.connection().account(),
                held.connection().provider(),
                held.connection().fields(),
                held.clientId(),
                credentials.clientSecret(held),
                token.value(),
                token.kind());
    }

    /** A refusal after a refresh whose answer was lost is not the user's doing: the provider rotated, and we lost it. */
    private static Reason reason(Held held, Lease lease, Reason told) {
        boolean lost = lease.uncertainFor().isPresent()
                && told == Reason.INVALID_GRANT
                && held.connection().grant() == Connection.GrantType.AUTHORIZATION_CODE;
        return lost ? Reason.INTERRUPTED : told;
    }

    private Uni<Refreshed> fail(Held held, Lease lease, Reason reason) {
        return unfinished.write(
                held.connection().id(), () -> writeFailure(held, lease, reason), new Refreshed.Dead(reason));
    }

    /** Read again afterwards: where the tokens moved meanwhile, the newer ones are the answer. */
    private Uni<Refreshed> writeFailure(Held held, Lease lease, Reason reason) {
        return credentials
                .fail(held, lease.fence(), reason)
                .invoke(written -> tell(held, reason, written))
                .chain(() -> credentials.find(held.connection().id()))
                .map(found -> Refreshed.read(held.version(), found));
    }

    private void tell(Held held, Reason reason, boolean written) {
        if (written && reason == Reason.INTERRUPTED) {
            LOG.errorf(
                    "rotation lost provider=%s connection=%s",
                    held.connection().provider(), held.connection().id());
            meters.rotationLost(held.connection().provider());
        }
    }

    private Uni<Refreshed> release(Held held, Lease lease, Setback setback, Optional<Duration> retryAfter) {
        Duration pause = Pauses.after(setback, held.failures(), retryAfter);
        Refreshed answer = Refreshed.setBack(setback, pause);
        return unfinished.write(
                held.connection().id(),
                () -> leases.release(lease, setback, pause).replaceWith(answer),
                answer);
    }
}
