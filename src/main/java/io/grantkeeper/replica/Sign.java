package io.grantkeeper.replica;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.Optional;

/**
 * What a replica tells itself to find out whether it hears.
 *
 * @param time the database's, when the sign was sent from there
 */
record Sign(long number, Instant time) {

    /** Reads what {@link PostgresLine#sign} sends: the number, and the microseconds since 1970. */
    static Optional<Sign> parse(String payload) {
        String[] words = payload.split(" ", -1);
        try {
            return Optional.of(
                    new Sign(Long.parseLong(words[0]), Instant.EPOCH.plus(Long.parseLong(words[1]), MICROS)));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }
}
