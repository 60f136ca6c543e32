package io.grantkeeper.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a token lives, as far as its provider told.
 *
 * @param length empty where it was not told
 * @param end the time of the token's end, which some providers tell instead
 */
public record Lifetime(Optional<Duration> length, Optional<Instant> end) {

    static final Lifetime UNTOLD = new Lifetime(Optional.empty(), Optional.empty());

    /** Longer than this is for ever. */
    static final Duration MAX = Duration.ofDays(3650);

    /**
     * The same, its length counted from this moment where only its end was told.
     *
     * <p>An end that is past or less than a second away is taken for "not told", as such a length is: it speaks of two
     * clocks, and taken at its word it would ask for a refresh at every call.
     */
    Lifetime countedFrom(Instant now) {
        Optional<Duration> left = end.map(time -> Duration.between(now, time))
                .filter(each -> each.toSeconds() >= 1)
                .map(each -> each.compareTo(MAX) < 0 ? each : MAX);
        return new Lifetime(length.or(() -> left), end);
    }

    /** What is left of it after this time. */
    Lifetime aged(Duration since) {
        return new Lifetime(length.map(each -> each.minus(since)).map(Lifetime::atLeastNothing), end);
    }

    private static Duration atLeastNothing(Duration left) {
        return left.isNegative() ? Duration.ZERO : left;
    }
}
