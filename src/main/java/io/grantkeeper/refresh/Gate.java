package io.grantkeeper.refresh;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.Breaker.Closed;
import io.grantkeeper.refresh.Breaker.Moment;
import io.grantkeeper.refresh.Breaker.Open;
import io.grantkeeper.refresh.Breaker.Probing;
import io.grantkeeper.refresh.SharedOutages.Claim;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** What this replica knows of one client: its breaker, and the deaths among its connections. Tells the log once a change. */
final class Gate {

    private static final Logger LOG = Logger.getLogger(Gate.class);

    private final ClientAt client;
    private final Entrance entrance;
    private final DeathWatch deaths;
    private final Oddities oddities = new Oddities();
    private final AtomicReference<Breaker> breaker = new AtomicReference<>(Breaker.closed());

    Gate(ClientAt client, Entrance entrance, Duration window) {
        this.client = client;
        this.entrance = entrance;
        this.deaths = new DeathWatch(window);
    }

    /** From one state of the breaker to the next. */
    record Step(Breaker before, Breaker after) {

        boolean isChange() {
            return !before.cause().equals(after.cause());
        }

        /** The pause that began with it; empty where none did. */
        Optional<Open> opened() {
            return after instanceof Open open && !open.equals(before) ? Optional.of(open) : Optional.empty();
        }

        private boolean endsIncident() {
            return isChange() && before.cause().filter(Cause.INCIDENT::equals).isPresent();
        }
    }

    /** What a call is told that wants to pass. */
    sealed interface Admission {

        record Go() implements Admission {}

        /** It may be the probe, if no other replica's is. */
        record Probe(Probing probing) implements Admission {}

        record Refused(Refusal refusal) implements Admission {}
    }

    ClientAt client() {
        return client;
    }

    Entrance entrance() {
        return entrance;
    }

    DeathWatch deaths() {
        return deaths;
    }

    Optional<Cause> cause() {
        return breaker.get().cause();
    }

    boolean isOpenFor(Cause cause) {
        return cause().filter(cause::equals).isPresent();
    }

    boolean isRamping(Moment at) {
        return breaker.get().isRamping(at);
    }

    /** A look that changes nothing. */
    Optional<Refusal> refusal(Moment at) {
        return breaker.get().refusal(at);
    }

    Admission admit(Moment at) {
        Breaker seen = breaker.get();
        return seen.refusal(at)
                .<Admission>map(Admission.Refused::new)
                .or(() -> seen.cause().map(why -> tryProbing(seen, why, at)))
                .orElseGet(Admission.Go::new);
    }

    private Admission tryProbing(Breaker seen, Cause why, Moment at) {
        Probing probing = at.probing(why, seen.isShared());
        return breaker.compareAndSet(seen, probing) ? new Admission.Probe(probing) : admit(at);
    }

    Step heard(ConnectionId connection, Outcome outcome, Moment at) {
        boolean own = oddities.isOwn(connection, outcome);
        return move(now -> own && now instanceof Closed ? now : now.heard(connection, outcome, at));
    }

    Step incident(Moment at) {
        return move(now -> now.incident(at));
    }

    /** Told by the others how long the pause is that all of them make. */
    void pauseWithOthers(Claim.Waiting others, Moment at) {
        moveFrom(Open.class, open -> open.waiting(others.cause(), others.left(), at));
    }

    /** Told of an outage that others met with, or this replica before it was started again. */
    void recall(Claim.Waiting others, Moment at) {
        moveFrom(Closed.class, closed -> closed.waiting(others.cause(), others.left(), at));
    }

    /** Told that the others know of no outage any more. */
    void forgottenByOthers(Moment at) {
        moveFrom(Open.class, open -> open.lookedAtSoon(at));
    }

    /** Whether it makes a pause with the others, whose end another one may find. */
    boolean isWaitingWithOthers() {
        return breaker.get() instanceof Open open && open.isShared();
    }

    /** The probe is ours, for the cause that all replicas know. */
    void claimed(Probing probing, Cause shared) {
        moveFrom(probing, now -> new Probing(shared, now.until(), true));
    }

    /** Another replica was faster, or waits for longer. */
    void putOff(Probing probing, Claim.Waiting others, Moment at) {
        moveFrom(probing, now -> now.waiting(others.cause(), others.left(), at));
    }

    /** Another replica's probe went well. */
    void recovered(Probing probing, Moment at) {
        moveFrom(probing, now -> now.recovered(at));
    }

    /** True where the probe ended without an answer: the next may probe soon. */
    boolean leftUnasked(Probing probing, Moment at) {
        Step step = moveFrom(probing, now -> now.unasked(at));
        return step.opened().isPresent();
    }

    /** Does nothing where the probe was heard of. */
    void ended(Probing probing, Moment at) {
        moveFrom(probing, now -> now.unanswered(at));
    }

    @CanIgnoreReturnValue
    private <S extends Breaker> Step moveFrom(Class<S> state, Function<S, Breaker> to) {
        return move(now -> state.isInstance(now) ? to.apply(state.cast(now)) : now);
    }

    @CanIgnoreReturnValue
    private Step moveFrom(Probing probing, Function<Probing, Breaker> to) {
        return moveFrom(Probing.class, now -> now.until().equals(probing.until()) ? to.apply(now) : now);
    }

    @CanIgnoreReturnValue
    private Step move(UnaryOperator<Breaker> to) {
        Breaker before = breaker.get();
        Breaker after = to.apply(before);
        if (!breaker.compareAndSet(before, after)) {
            return move(to);
        }
        Step step = new Step(before, after);
        tell(step);
        return step;
    }

    private void tell(Step step) {
        if (step.endsIncident()) {
            deaths.forget();
        }
        if (step.isChange()) {
            step.after().cause().ifPresentOrElse(this::alert, () -> tell(Logger.Level.INFO, "recovered"));
        }
    }

    private void alert(Cause cause) {
        Logger.Level level = cause == Cause.OUTAGE ? Logger.Level.WARN : Logger.Level.ERROR;
        tell(level, cause.wireName());
    }

    private void tell(Logger.Level level, String what) {
        LOG.logf(level, "provider %s provider=%s client=%s", what, client.provider(), client.clientId());
    }

    /**
     * Whose odd refusals are their own: connections of one client that were refused before another was welcome, and were given
     * nothing themselves since. They must not close the way for the others again and again.
     */
    private static final class Oddities {

        /** Beyond it the oldest are forgotten, and would count once more. */
        private static final int MOST = 10_000;

        private final SequencedSet<ConnectionId> refused = new LinkedHashSet<>();
        private final SequencedSet<ConnectionId> own = new LinkedHashSet<>();

        /** Hears an answer, and says whether it is an odd refusal of the connection's own. */
        synchronized boolean isOwn(ConnectionId connection, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Granted granted -> welcome(connection);
                case Outcome.Suspect suspect -> own.contains(connection) || refuse(connection);
                default -> false;
            };
        }

        private boolean refuse(ConnectionId connection) {
            note(refused, connection);
            return false;
        }

        private boolean welcome(ConnectionId connection) {
            refused.forEach(each -> note(own, each));
            refused.clear();
            own.remove(connection);
            return false;
        }

        private static void note(SequencedSet<ConnectionId> some, ConnectionId one) {
            some.addLast(one);
            if (some.size() > MOST) {
                some.removeFirst();
            }
        }
    }
}
