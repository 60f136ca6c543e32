package io.grantkeeper.replica;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The signs of one line: which was sent last, and which came back. All times but a sign's own are monotonic nanoseconds.
 *
 * <p>What a line hears comes in the order of the commits, so that a sign which comes back proves that all was heard that
 * was told before it was sent.
 *
 * @param openedAt when the line began to listen
 * @param next the number of the next sign
 * @param awaited the sign on its way, if any; there is never a second one
 * @param heard the last that came back
 */
record Signs(long openedAt, long next, Optional<Sent> awaited, Optional<Heard> heard) {

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    record Sent(long number, long at) {}

    record Heard(long sentAt, Instant time, String missed) {

        /** The database's time, rather a little late than early. */
        Instant timeAt(long now) {
            return time.plusNanos(now - sentAt);
        }
    }

    static Signs from(long now) {
        return new Signs(now, 1, Optional.empty(), Optional.empty());
    }

    boolean isDue(long now) {
        return awaited.isEmpty()
                && heard.map(last -> now - last.sentAt() >= EVERY.toNanos()).orElse(true);
    }

    Signs sending(long now) {
        return new Signs(openedAt, next + 1, Optional.of(new Sent(next, now)), heard);
    }

    /** Another sign than the one that is awaited says nothing. */
    Signs hearing(Sign sign) {
        return awaited.filter(sent -> sent.number() == sign.number())
                .map(sent -> new Heard(sent.at(), sign.time(), sign.missed()))
                .map(last -> new Signs(openedAt, next, Optional.empty(), Optional.of(last)))
                .orElse(this);
    }

    /** Whether there were notices since these signs that could not be sent. */
    boolean hasMissedUntil(Signs later) {
        return heard.isPresent()
                && !heard.map(Heard::missed).equals(later.heard().map(Heard::missed));
    }

    boolean isAlive(long now) {
        return heard.isPresent() && !isOverdue(now);
    }

    /** Whether what was told five seconds ago may not have been heard. */
    boolean isOverdue(long now) {
        return patience(now).isNegative();
    }

    /** How long from now until that is so. */
    Duration patience(long now) {
        long proven = heard.map(Heard::sentAt).orElse(openedAt);
        return LIMIT.minusNanos(now - proven);
    }
}
