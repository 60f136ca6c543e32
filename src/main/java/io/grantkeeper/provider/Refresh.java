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
 * @param idle how long a refresh token may stay unused before the provider ends it; empty where nobody knows
 * @param invalidatesAccess whether a refresh ends the access token before it at once
 * @param upgrade what gives a token that lives long for the one of an exchange, which does not
 * @param renewsItself what stands in for refresh tokens where there are none
 * @param grant how long after the consent the provider ends the grant, whatever is refreshed; empty where nobody knows
 * @param testing the same where the provider takes our client for one that is being tested, of which nobody tells us
 */
public record Refresh(
        boolean issued,
        boolean rotates,
        Duration reuseGrace,
        Optional<Duration> accessTokenLifetime,
        Optional<Limit> idle,
        boolean invalidatesAccess,
        Optional<TokenQuery> upgrade,
        Optional<SelfRenewal> renewsItself,
        Optional<Limit> grant,
        Optional<Duration> testing) {

    /** Nothing is known, and the worst assumed. */
    public static final Refresh UNKNOWN = of(true, Duration.ZERO);

    /** Of one whose refresh tokens rotate or not, and of which nothing else is known. */
    public static Refresh of(boolean rotates, Duration reuseGrace) {
        return new Refresh(
                true,
                rotates,
                reuseGrace,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * When something ends.
     *
     * @param certain whether that is known; else it is only hinted at
     */
    public record Limit(Duration after, boolean certain) {}

    /** How long a refresh token may stay unused before the provider ends it; empty where nobody knows. */
    public Optional<Duration> idleLimit() {
        return idle.map(Limit::after);
    }

    /**
     * How soon after its last use a refresh token that nobody needs is to be used, so that it does not die of idleness, or
     * of its age where it is the access token itself.
     *
     * @param lifetime of the access token that came with it
     */
    public Optional<Duration> keepAlive(Optional<Duration> lifetime) {
        return renewsItself
                .map(renewal -> lifetime.or(() -> accessTokenLifetime).map(renewal::due))
                .orElseGet(() -> idleLimit().map(limit -> limit.dividedBy(2)));
    }

    /** Whether the provider refuses to renew an access token that is no older than this. */
    public boolean isTooYoung(Duration age) {
        return renewsItself
                .filter(renewal -> age.compareTo(renewal.notBefore()) < 0)
                .isPresent();
    }

    /** Whether a refresh whose answer was lost may be sent again with the same refresh token after this time. */
    public boolean repeatableAfter(Duration sinceFirst) {
        return !rotates || sinceFirst.compareTo(reuseGrace) < 0;
    }
}
