package io.grantkeeper.refresh;

import io.grantkeeper.connection.Setback;
import java.time.Duration;
import java.util.Optional;

/** How long a connection is left alone after a refresh that failed. */
final class Pauses {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 5;

    private Pauses() {}

    /**
     * Twice as long with each failure in a row, up to half a minute, and never less than the provider asks for. A refusal
     * that nobody knows gets the longest at once.
     *
     * @param failuresBefore how many failed in a row before this one
     */
    static Duration after(Setback setback, int failuresBefore, Optional<Duration> retryAfter) {
        Duration own =
                setback == Setback.SUSPECT ? LONGEST : FIRST.multipliedBy(1L << Math.min(failuresBefore, DOUBLINGS));
        Duration bounded = own.compareTo(LONGEST) > 0 ? LONGEST : own;
        return retryAfter.filter(asked -> asked.compareTo(bounded) > 0).orElse(bounded);
    }
}
