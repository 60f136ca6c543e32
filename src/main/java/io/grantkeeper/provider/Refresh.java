package io.grantkeeper.provider;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of a provider's refresh tokens. A hint for what to do when nothing was answered; what a token response
 * says comes first.
 *
 * @param issued whether there are any
 * @param rotates whether a refresh replaces the refresh token; assumed where nobody knows
 * @param reuseGrace how long a replaced refresh token still works; zero where nobody knows
 * @param accessTokenLifetime how long an access token lives whose answer has no {@code expires_in}
 * @param idleLimit how long a refresh token may stay unused before the provider ends it; empty where nobody knows
 * @param invalidatesAccess whether a refresh ends the access token before it at once
 */
public record Refresh(
        boolean issued,
        boolean rotates,
        Duration reuseGrace,
        Optional<Duration> accessTokenLifetime,
        Optional<Duration> idleLimit,
        boolean invalidatesAccess) {

    /** Nothing is known, and the worst assumed. */
    public static final Refresh UNKNOWN =
            new Refresh(true, true, Duration.ZERO, Optional.empty(), Optional.empty(), false);

    /** How soon after its last use a refresh token that nobody needs is to be used, so that it does not die of idleness. */
    public Optional<Duration> keepAlive() {
        return idleLimit.map(limit -> limit.dividedBy(2));
    }

    /** Whether a refresh whose answer was lost may be sent again with the same refresh token after this time. */
    public boolean repeatableAfter(Duration sinceFirst) {
        return !rotates || sinceFirst.compareTo(reuseGrace) < 0;
    }
}
