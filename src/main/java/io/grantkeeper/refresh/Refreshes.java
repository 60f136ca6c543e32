package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection.State;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.Held;
import io.grantkeeper.flight.SingleFlight;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import io.grantkeeper.secret.SealBroken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Refreshes connections: one at a time each, on all replicas together.
 *
 * <p>The lease is taken in the row before the provider is asked, and no session is held while it is. Who does not get the
 * lease follows the refresh of whoever has it.
 */
@ApplicationScoped
public class Refreshes {

    private static final Logger LOG = Logger.getLogger(Refreshes.class);

    /** Another replica will do. */
    private static final Refreshed CLOSING = Unavailable.forNow(Optional.of(Duration.ofSeconds(1)));

    private final SingleFlight<ConnectionId, Refreshed> flights = new SingleFlight<>();
    private final Credentials credentials;
    private final Renewal renewal;
    private final Gates gates;
    private final Leases leases;
    private final Abandoned abandoned;
    private final Settlement settlement;
    private final Unfinished unfinished;
    private final Waiting waiting;
    private final RefreshMeters meters;
    private final Youth youth;
    private final Providers providers;
    private final RefreshConfig config;
    private final LongSupplier nanoTime = System::nanoTime;
    private volatile boolean closing;

    Refreshes(
            Credentials credentials,
            Renewal renewal,
            Gates gates,
            Leases leases,
            Abandoned abandoned,
            Settlement settlement,
            Unfinished unfinished,
            Waiting waiting,
            RefreshMeters meters,
            Youth youth,
            Providers providers,
            RefreshConfig config) {
        this.credentials = credentials;
        this.renewal = renewal;
        this.gates = gates;
        this.leases = leases;
        this.abandoned = abandoned;
        this.settlement = settlement;
        this.unfinished = unfinished;
        this.waiting = waiting;
        this.meters = meters;
        this.youth = youth;
        this.providers = providers;
        this.config = config;
    }

    /**
     * Joins the flight that refreshes the tokens that were seen, or starts it. Tokens that have moved since are the answer
     * themselves. Whoever does not wait for its end cancels nothing.
     */
    public Uni<Refreshed> join(Held seen) {
        return join(seen, Urgency.DEMANDED);
    }

    /** As {@link #join}, for tokens that nobody waits for: what is waited for goes first. */
    public Uni<Refreshed> renew(Held seen) {
        return join(seen, Urgency.BACKGROUND);
    }

    /** Takes no new lease from now on. Flights that are under way go on. */
    public void close() {
        closing = true;
    }

    /** How many refreshes are not ended and written yet. */
    public int underway() {
        return flights.size() + unfinished.count();
    }

    /** Writes what the database could not take before. For whoever keeps time, several times a second. */
    public Uni<Void> writeUnfinished() {
        return unfinished.retry();
    }

    /** Takes up what the last process knew of providers in trouble. */
    public Uni<Void> recall() {
        return gates.recall();
    }

    /** Hears which providers another replica found well again. For whoever keeps time, every few seconds. */
    public Uni<Void> hearOfRecoveries() {
        return gates.hearOfRecoveries();
    }

    private Uni<Refreshed> join(Held seen, Urgency urgency) {
        ConnectionId id = seen.connection().id();
        if (flights.isFlying(id)) {
            meters.joined();
        }
        return flights.join(
                id,
                () -> known(seen)
                        .map(answer -> Uni.createFrom().item(answer))
                        .orElseGet(() -> attempt(seen, new Trip(urgency, nanoTime.getAsLong()))));
    }

    /** What can be said without a provider. */
    private Optional<Refreshed> known(Held held) {
        if (closing) {
            return Optional.of(CLOSING);
        }
        if (held.connection().state() instanceof State.Failed failed) {
            return Optional.of(new Refreshed.Dead(failed.reason()));
        }
        if (youth.keeps(held)) {
            return Optional.of(new Refreshed.Renewed(held));
        }
        return unfinished
                .meanwhile(held.connection().id())
                .or(() -> held.setback().map(setback -> Refreshed.setBack(setback, held.retryIn())));
    }

    private Uni<Refreshed> attempt(Held held, Trip trip) {
        return gates.pass(ClientAt.of(held, providers), trip.urgency(), () -> led(held), Attempt.Ended::new)
                .chain(attempt -> switch (attempt) {
                    case Attempt.Ended ended -> Uni.createFrom().item(ended.refreshed());
                    case Attempt.Elsewhere elsewhere -> announced(held, trip);
                });
    }

    /** Leads the refresh, unless another replica does. */
    private Uni<Attempt> led(Held held) {
        return renewal.prepare(held)
                .chain(question -> question.map(ready -> leased(held, ready))
                        .orElseGet(() -> ended(Unavailable.untilOperatorActs())))
                .onFailure(EgressFailure.class)
                .recoverWithUni(() -> ended(Unavailable.forNow(Optional.empty())))
                .onFailure(SealBroken.class)
                .recoverWithUni(broken -> ended(sealBroken(held, broken)));
    }

    private Uni<Attempt> leased(Held held, Question question) {
        if (closing) {
            return ended(CLOSING);
        }
        Optional<Long> left = abandoned.fenceOf(held);
        return leases.acquire(held, left)
                .chain(lease -> lease.map(got -> asked(held, got, question))
                        .orElseGet(() -> Uni.createFrom().item(new Attempt.Elsewhere())));
    }

    private Uni<Attempt> asked(Held held, Lease lease, Question question) {
        if (lease.uncertainFor().isPresent()) {
            meters.tookOver();
        }
        return question.ask()
                .onFailure()
                .recoverWithItem(failure -> unexpected(held, failure))
                .invoke(outcome -> meters.answered(held.connection().provider(), outcome))
                .map(outcome -> Suspicion.judge(held, outcome))
                .chain(outcome -> settled(held, lease, outcome))
                .call(() -> waiting.ended(held.connection().id()))
                .map(Attempt.Ended::new);
    }

    /** Tokens are written before anything else is done: until then they exist nowhere but here. */
    private Uni<Refreshed> settled(Held held, Lease lease, Outcome outcome) {
        if (outcome instanceof Outcome.Granted) {
            return settlement.settle(held, lease, outcome).call(() -> weighed(held, outcome));
        }
        return weighed(held, outcome).chain(weighed -> settlement.settle(held, lease, weighed));
    }

    private Uni<Outcome> weighed(Held held, Outcome outcome) {
        return gates.weigh(ClientAt.of(held, providers), held.connection().id(), outcome)
                .onFailure()
                .recoverWithItem(failure -> unweighed(outcome, failure));
    }

    /** Announces once that somebody waits here, then follows the refresh that another replica leads. */
    private Uni<Refreshed> announced(Held seen, Trip trip) {
        meters.waited();
        return waiting.announce(seen.connection().id()).chain(() -> follow(seen, trip));
    }

    private Uni<Refreshed> follow(Held seen, Trip trip) {
        return credentials
                .find(seen.connection().id())
                .chain(found -> end(seen, found, trip)
                        .map(end -> Uni.createFrom().item(end))
                        .orElseGet(() ->
                                waiting.aWhile(seen.connection().id()).chain(() -> goOn(found.orElseThrow(), trip))));
    }

    private Uni<Refreshed> goOn(Held held, Trip trip) {
        boolean led = held.isLeased() && abandoned.fenceOf(held).isEmpty();
        return led ? follow(held, trip) : attempt(held, trip);
    }

    /** How the other replica's refresh ended, once it did, or our patience. */
    private Optional<Refreshed> end(Held seen, Optional<Held> found, Trip trip) {
        if (found.isEmpty() || found.get().version() != seen.version()) {
            return Optional.of(Refreshed.newer(found));
        }
        return known(found.get())
                .or(() -> trip.isLongerThan(config.callerDeadline(), nanoTime.getAsLong())
                        ? Optional.of(Unavailable.forNow(Optional.empty()))
                        : Optional.empty());
    }

    private static Uni<Attempt> ended(Refreshed refreshed) {
        return Uni.createFrom().item(new Attempt.Ended(refreshed));
    }

    private static Refreshed sealBroken(Held held, Throwable broken) {
        LOG.errorf("seal broken connection=%s cause=%s", held.connection().id(), broken.getMessage());
        return Unavailable.untilOperatorActs();
    }

    /** A bug of ours on the way to the provider: nobody knows how far the request came. */
    private static Outcome unexpected(Held held, Throwable failure) {
        LOG.errorf(
                "refresh failed unexpectedly connection=%s cause=%s",
                held.connection().id(), failure.getClass().getName());
        return new Outcome.Uncertain();
    }

    /** The database is away: an outcome that could not be compared with others counts as if nobody knew what it means. */
    private static Outcome unweighed(Outcome outcome, Throwable failure) {
        LOG.warnf("outcome not weighed cause=%s", failure.getClass().getSimpleName());
        return outcome instanceof Outcome.Dead ? new Outcome.Transient(Optional.empty()) : outcome;
    }

    /** One caller's wish on its way through attempts and waits. */
    private record Trip(Urgency urgency, long startedNanos) {

        boolean isLongerThan(Duration patience, long nowNanos) {
            return nowNanos - startedNanos > patience.toNanos();
        }
    }

    /** What came of trying to lead. */
    private sealed interface Attempt {

        record Ended(Refreshed refreshed) implements Attempt {}

        /** Another replica leads, or did when the row was written. */
        record Elsewhere() implements Attempt {}
    }
}
