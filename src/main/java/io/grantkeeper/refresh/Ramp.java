package io.grantkeeper.refresh;

import java.time.Duration;

/**
 * When refreshes start after an outage, so that a provider that has just come back is not buried: one after the other at
 * an even rate, those that somebody waits for first.
 *
 * <p>Each is given a slot of time. Who cannot start while it waits gets a later slot to come again at, so that those who
 * were sent away do not all return at once.
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

    synchronized Slot slot(Urgency urgency, double perSecond, Duration now) {
        Duration interval = Duration.ofNanos((long) (1e9 / perSecond));
        return switch (urgency) {
            case DEMANDED -> demanded(interval, now);
            case BACKGROUND -> background(interval, now);
        };
    }

    private Slot demanded(Duration interval, Duration now) {
        Duration start = later(next, now);
        return start.minus(now).compareTo(patience) <= 0
                ? start(start, interval, now)
                : new Slot.Later(returnSlot(interval, now));
    }

    /** It starts where nobody is in line, or not at all: nobody waits for it. */
    private Slot background(Duration interval, Duration now) {
        return next.compareTo(now) <= 0 ? start(now, interval, now) : new Slot.Later(patience);
    }

    private Slot start(Duration start, Duration interval, Duration now) {
        next = start.plus(interval);
        return new Slot.Start(start.minus(now));
    }

    private Duration returnSlot(Duration interval, Duration now) {
        Duration first = now.plus(patience);
        Duration slot = later(nextReturn, first);
        Duration back = slot.minus(now).compareTo(LONGEST) > 0 ? first : slot;
        nextReturn = back.plus(interval);
        return back.minus(now);
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
