package io.grantkeeper.replica;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.Optional;

/**
 * What a replica tells itself to find out whether it hears.
 *
 * @param time the database's, when the sign was sent from there
 * @param missed stands for all notices that could not be sent until then: another word, and there were more
 */
record Sign(long number, Instant time, String missed) {

    /** Reads what {@link PostgresLine#sign} sends: the number, the microseconds since 1970, the notices that were missed. */
    static Optional<Sign> parse(String payload) {
        String[] words = payload.split(" ", -1);
        try {
            return Optional.of(
                    new Sign(Long.parseLong(words[0]), Instant.EPOCH.plus(Long.parseLong(words[1]), MICROS), words[2]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }
}
