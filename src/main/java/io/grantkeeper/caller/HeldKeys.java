package io.grantkeeper.caller;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKeySet;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's keys as they are held here.
 *
 * @param keys what the last successful fetch brought
 * @param fetchedAt when that was
 * @param triedAt when a fetch was last begun, successful or not
 */
record HeldKeys(Optional<JsonWebKeySet> keys, Instant fetchedAt, Instant triedAt) {

    static final HeldKeys NONE = new HeldKeys(Optional.empty(), Instant.MIN, Instant.MIN);

    /** For so long nobody asks the issuer again, unless a token names a key that is not here. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** For so long keys are used while the issuer is away. */
    private static final Duration USABLE = Duration.ofHours(1);

    /** The issuer is asked no more often, whatever tokens come. */
    private static final Duration AFTER_SUCCESS = Duration.ofSeconds(30);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    HeldKeys fetched(JsonWebKeySet fresh, Instant now) {
        return new HeldKeys(Optional.of(fresh), now, now);
    }

    HeldKeys failed(Instant now) {
        return new HeldKeys(keys, fetchedAt, now);
    }

    /** Whether they will do for a token of this key without a look at the issuer. */
    boolean answer(@Nullable String kid, Instant now) {
        return isYoungerThan(FRESH, fetchedAt, now) && (kid == null || has(kid));
    }

    boolean mayTryAgain(Instant now) {
        Duration pause = triedAt.equals(fetchedAt) ? AFTER_SUCCESS : AFTER_FAILURE;
        return !isYoungerThan(pause, triedAt, now);
    }

    /** The keys, as long as they may be used at all. */
    Optional<JsonWebKeySet> usable(Instant now) {
        return keys.filter(held -> isYoungerThan(USABLE, fetchedAt, now));
    }

    private boolean has(String kid) {
        return keys.stream()
                .flatMap(held -> held.getJsonWebKeys().stream())
                .anyMatch(key -> kid.equals(key.getKeyId()));
    }

    private static boolean isYoungerThan(Duration age, Instant then, Instant now) {
        return then.isAfter(now.minus(age));
    }
}
