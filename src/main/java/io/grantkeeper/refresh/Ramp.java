package io.grantkeeper.refresh;

import java.time.Duration;

/**
 * When refreshes start after an outage, so that a provider that has just come back is not buried: one after the other at
 * an even rate, those that somebody waits for first.
 *
 * <p>Each is given a slot of time. Who cannot start while it waits gets a later slot to come again at, so that those who
 * were sent away do not all return at once. They may return at any replica, and replicas hear of the end of an outage one
 * after the other: whoever was first has sent away most. So each sends them for as if it had the rate of all, or the others
 * would be idle at the end. Who is one too many then is sent away once more.
 */
final class Ramp {

    /** Nobody is sent away for longer than this, however many are. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Duration patience;
    private Duration next = Duration.ZERO;
    private Duration nextReturn = Duration.ZERO;

    /** @param patience how long a refresh that somebody waits for may wait for its start */
    Ramp(Duration patience) {
        this.patience = patience;
    }

    /** What becomes of a refresh. */
    sealed interface Slot {

        record Start(Duration after) implements Slot {}

        record Later(Duration retryAfter) implements Slot {}
    }

    /**
     * How many may start, shared evenly.
     *
     * @param perSecond of all replicas together
     * @param replicas how many they are
     */
    record Rate(int perSecond, int replicas) {

        private Duration between() {
            return betweenAll().multipliedBy(replicas);
        }

        private Duration betweenAll() {
            return Duration.ofSeconds(1).dividedBy(perSecond);
        }
    }

    synchronized Slot slot(Urgency urgency, Rate rate, Duration now) {
        return switch (urgency) {
            case DEMANDED -> demanded(rate, now);
            case BACKGROUND -> background(rate, now);
        };
    }

    private Slot demanded(Rate rate, Duration now) {
        Duration start = later(next, now);
        return start.minus(now).compareTo(patience) <= 0
                ? start(start, rate, now)
                : new Slot.Later(returnSlot(rate, now));
    }

    /** It starts where nobody is in line, or not at all: nobody waits for it. */
    private Slot background(Rate rate, Duration now) {
        return next.compareTo(now) <= 0 ? start(now, rate, now) : new Slot.Later(patience);
    }

    private Slot start(Duration start, Rate rate, Duration now) {
        next = start.plus(rate.between());
        return new Slot.Start(start.minus(now));
    }

    private Duration returnSlot(Rate rate, Duration now) {
        Duration first = now.plus(patience);
        Duration slot = later(nextReturn, first);
        Duration back = slot.minus(now).compareTo(LONGEST) > 0 ? first : slot;
        nextReturn = back.plus(rate.betweenAll());
        return back.minus(now);
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
