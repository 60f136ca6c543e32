package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.problem.Action;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the calls of one client go through to its provider: the three states of a circuit breaker, and what moves it
 * from one to the next. Times are read from a monotonic clock that began anywhere.
 */
sealed interface Breaker {

    /** So many outages in a row are the provider's, not this or that call's, where several connections met with them. */
    int OUTAGES = 5;

    /** So many connections with the same odd refusal are the client's matter, not the grants'. */
    int SUSPECTS = 3;

    /** How long refreshes start at a measured rate after an outage. */
    Duration RAMP = Duration.ofMinutes(5);

    /** Who comes while a probe is under way is told to come again this soon. */
    Duration SOON = Duration.ofSeconds(5);

    /** How long the next probe waits after one that did not come to ask. */
    Duration SHORTLY = Duration.ofSeconds(1);

    /** Why a breaker is open. */
    enum Cause {
        /** The provider is away, slow or overloaded. */
        OUTAGE,
        /** It does not take our client as it is configured. */
        MISCONFIGURED,
        /** It calls grants dead that very likely live. */
        INCIDENT;

        static Cause of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        Refusal refusal(Duration retryAfter) {
            Action who = this == MISCONFIGURED ? Action.CONTACT_OPERATOR : Action.WAIT;
            return new Refusal(Refusal.Reason.BREAKER, who, retryAfter);
        }
    }

    /** @param pause how long an open breaker waits from one probe to the next */
    record Moment(Duration now, Duration pause) {

        private Duration in(Duration wait) {
            return now.plus(wait);
        }

        private boolean isBefore(Duration time) {
            return now.compareTo(time) < 0;
        }

        private Open open(Cause cause, Optional<Duration> retryAfter) {
            return new Open(cause, in(longer(pause, retryAfter.orElse(Duration.ZERO))));
        }

        private Open open(Cause cause) {
            return open(cause, Optional.empty());
        }

        private Closed recovered() {
            return new Closed(0, Set.of(), Set.of(), Duration.ZERO, in(RAMP));
        }

        Probing probing(Cause cause) {
            return probing(cause, false);
        }

        Probing probing(Cause cause, boolean shared) {
            return new Probing(cause, in(pause), shared);
        }

        /** How long it is until then. */
        Duration until(Duration time) {
            return isBefore(time) ? time.minus(now) : Duration.ZERO;
        }
    }

    /** As it is before anything is known. */
    static Breaker closed() {
        return new Closed(0, Set.of(), Set.of(), Duration.ZERO, Duration.ZERO);
    }

    /** What it is after a connection of the client was given this answer. */
    Breaker heard(ConnectionId connection, Outcome outcome, Moment at);

    /** Why it is open; empty while it is closed. */
    Optional<Cause> cause();

    /** Empty where a call may go through, or may at least try to be the probe. */
    Optional<Refusal> refusal(Moment at);

    /** What it is when the deaths that a provider tells are believed no more. */
    default Breaker incident(Moment at) {
        return at.open(Cause.INCIDENT);
    }

    /** What it is when another replica has found the provider well. */
    default Breaker recovered(Moment at) {
        return at.recovered();
    }

    /** What it is when all replicas together wait so long for the next probe. */
    default Breaker waiting(Cause shared, Duration left, Moment at) {
        return new Open(shared, at.in(left), true);
    }

    /** Whether the other replicas were told that it is open: only then the loss of what they know says that it is over. */
    default boolean isShared() {
        return false;
    }

    default boolean isRamping(Moment at) {
        return false;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Only what the client's own call of the provider was answered counts. */
    private static boolean hasAnswered(Outcome.Dead dead) {
        return dead.reason() != Reason.NO_REFRESH_TOKEN;
    }

    /**
     * Calls go through.
     *
     * @param outages how many in a row
     * @param away two of the connections that met with them, or the only one: a single one is held back by its own pauses
     * @param suspects the connections with an odd refusal since the last success
     * @param quietUntil until when the provider asked to be left alone during those outages
     * @param rampUntil until when refreshes start at a measured rate
     */
    record Closed(
            int outages, Set<ConnectionId> away, Set<ConnectionId> suspects, Duration quietUntil, Duration rampUntil)
            implements Breaker {

        /** It takes another to say that the provider is away. */
        private static final int SEVERAL = 2;

        @Override
        public Breaker heard(ConnectionId connection, Outcome outcome, Moment at) {
            return switch (outcome) {
                case Outcome.Granted granted -> working(Set.of());
                case Outcome.Dead dead -> hasAnswered(dead) ? working(suspects) : this;
                case Outcome.Misconfigured misconfigured -> at.open(Cause.MISCONFIGURED);
                case Outcome.Transient passing -> outage(connection, passing.retryAfter(), at);
                case Outcome.Uncertain uncertain -> outage(connection, Optional.empty(), at);
                case Outcome.Suspect suspect -> suspect(connection, at);
            };
        }

        @Override
        public Optional<Cause> cause() {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> refusal(Moment at) {
            return Optional.empty();
        }

        @Override
        public boolean isRamping(Moment at) {
            return at.isBefore(rampUntil);
        }

        private Closed working(Set<ConnectionId> stillSuspect) {
            return new Closed(0, Set.of(), stillSuspect, Duration.ZERO, rampUntil);
        }

        private Breaker outage(ConnectionId connection, Optional<Duration> retryAfter, Moment at) {
            Duration quiet = longer(quietUntil, at.in(retryAfter.orElse(Duration.ZERO)));
            Set<ConnectionId> more = away.size() < SEVERAL ? with(away, connection) : away;
            int inARow = Math.min(outages + 1, OUTAGES);
            return inARow < OUTAGES || more.size() < SEVERAL
                    ? new Closed(inARow, more, suspects, quiet, rampUntil)
                    : at.open(Cause.OUTAGE, Optional.of(at.until(quiet)));
        }

        private Breaker suspect(ConnectionId connection, Moment at) {
            Set<ConnectionId> more = with(suspects, connection);
            return more.size() < SUSPECTS
                    ? new Closed(outages, away, more, quietUntil, rampUntil)
                    : at.open(Cause.MISCONFIGURED);
        }

        private static Set<ConnectionId> with(Set<ConnectionId> some, ConnectionId one) {
            Set<ConnectionId> more = new HashSet<>(some);
            more.add(one);
            return Set.copyOf(more);
        }
    }

    /** No call goes through before it is time for a probe. What calls that began earlier are answered teaches nothing. */
    record Open(Cause why, Duration probeAt, boolean isShared) implements Breaker {

        Open(Cause why, Duration probeAt) {
            this(why, probeAt, false);
        }

        @Override
        public Breaker heard(ConnectionId connection, Outcome outcome, Moment at) {
            return this;
        }

        @Override
        public Optional<Cause> cause() {
            return Optional.of(why);
        }

        @Override
        public Optional<Refusal> refusal(Moment at) {
            return at.isBefore(probeAt) ? Optional.of(why.refusal(at.until(probeAt))) : Optional.empty();
        }

        @Override
        public Breaker incident(Moment at) {
            return why == Cause.INCIDENT ? this : at.open(Cause.INCIDENT);
        }

        /** Once no replica knows of it any more: the next call may look. */
        Open lookedAtSoon(Moment at) {
            return isShared && at.isBefore(probeAt) ? new Open(why, at.now(), true) : this;
        }
    }

    /**
     * One call goes through, and the rest depends on it: the pause before it is longer than any call, so that the next
     * answer is its own.
     *
     * @param until when another may be made, should nothing ever be heard of this one
     */
    record Probing(Cause why, Duration until, boolean isShared) implements Breaker {

        @Override
        public Breaker heard(ConnectionId connection, Outcome outcome, Moment at) {
            return switch (outcome) {
                case Outcome.Granted granted -> at.recovered();
                case Outcome.Dead dead -> hasAnswered(dead) ? dead(at) : this;
                case Outcome.Misconfigured misconfigured ->
                    at.open(why == Cause.INCIDENT ? Cause.INCIDENT : Cause.MISCONFIGURED);
                case Outcome.Transient passing -> at.open(why, passing.retryAfter());
                case Outcome.Uncertain uncertain -> at.open(why);
                case Outcome.Suspect suspect -> at.open(why);
            };
        }

        @Override
        public Optional<Cause> cause() {
            return Optional.of(why);
        }

        @Override
        public Optional<Refusal> refusal(Moment at) {
            if (!at.isBefore(until)) {
                return Optional.empty();
            }
            Duration left = at.until(until);
            return Optional.of(why.refusal(left.compareTo(SOON) < 0 ? left : SOON));
        }

        /** For a probe that ended before it asked: another may follow, but not one upon the other. */
        Open unasked(Moment at) {
            return new Open(why, at.in(SHORTLY), isShared);
        }

        /** For a probe of which nothing was heard: it was cut off, or broke. */
        Open unanswered(Moment at) {
            return new Open(why, at.in(at.pause()), isShared);
        }

        /** Another death says nothing during an incident; else it shows a provider that works. */
        private Breaker dead(Moment at) {
            return why == Cause.INCIDENT ? at.open(why) : at.recovered();
        }
    }
}
