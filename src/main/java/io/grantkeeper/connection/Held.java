package io.grantkeeper.connection;

import io.grantkeeper.connection.Connection.GrantType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A connection together with its credential, as one read found them.
 *
 * @param now the database's time of the read: the only clock that expiries are compared with
 */
public record Held(Connection connection, Credential credential, Instant now) {

    /** A token that was to live for a minute must not be refused for having less than a minute left. */
    private static final int LARGEST_SHARE_OF_LIFETIME = 2;

    /** The same as it was at this time, where that is later: what is held back from the database still expires. */
    public Held notBefore(Instant time) {
        return time.isAfter(now) ? at(time) : this;
    }

    /** The same, looked at at another time. */
    public Held at(Instant time) {
        return new Held(connection, credential, time);
    }

    /** The version of the tokens; a later write must find it unchanged. */
    public long version() {
        return credential.version();
    }

    /** Empty when the access token does not expire. */
    public Optional<Instant> accessExpiresAt() {
        return credential.accessExpiresAt();
    }

    public String tokenType() {
        return credential.tokenType();
    }

    /** The client of ours that the grant was given to. */
    public String clientId() {
        return credential.clientId();
    }

    /** How long ago the access token was got. */
    public Duration age() {
        return Duration.between(credential.accessObtainedAt(), now);
    }

    /** When a refresh last gave the access token; empty before the first. */
    public Optional<Instant> refreshedAt() {
        return credential.refreshedAt();
    }

    /** The fence of the last lease; the end of an older one is no longer written. */
    public long leaseFence() {
        return credential.progress().leaseFence();
    }

    /** Whether somebody has the lease, and time left. */
    public boolean isLeased() {
        return credential.progress().leaseUntil().filter(now::isBefore).isPresent();
    }

    /** How the last refresh failed, while it is too early for another one; else empty. */
    public Optional<Setback> setback() {
        return credential.progress().setback().filter(each -> retryIn().isPositive());
    }

    /** How long it is too early to try a refresh again; zero or less when it is not. */
    public Duration retryIn() {
        return credential
                .progress()
                .retryAt()
                .map(at -> Duration.between(now, at))
                .orElse(Duration.ZERO);
    }

    /** How many refreshes failed in a row. */
    public int failures() {
        return credential.progress().failures();
    }

    /** Whether refusals that nobody knows have come often enough, for long enough, to mean that the grant is dead. */
    public boolean isSuspectFor(int times, Duration atLeast) {
        Progress progress = credential.progress();
        return progress.suspects() >= times
                && progress.suspectSince()
                        .filter(since -> !since.plus(atLeast).isAfter(now))
                        .isPresent();
    }

    /** Whether a new access token can be had without the user. */
    public boolean isRefreshable() {
        return credential.hasRefreshToken() || connection.grant() == GrantType.CLIENT_CREDENTIALS;
    }

    /** Whether the access token is valid for the minimum validity, or for half its lifetime where that is less. */
    public boolean isFreshFor(Duration minimumValidity) {
        Instant needed = now.plus(atMostHalfTheLifetime(minimumValidity));
        return hasAccessToken() && accessExpiresAt().map(needed::isBefore).orElse(true);
    }

    /** Whether the access token has not expired yet. */
    public boolean isAlive() {
        return hasAccessToken() && accessExpiresAt().map(now::isBefore).orElse(true);
    }

    private boolean hasAccessToken() {
        return credential.sealedAccess() != null;
    }

    private Duration atMostHalfTheLifetime(Duration minimumValidity) {
        return credential
                .lifetime()
                .map(lifetime -> lifetime.dividedBy(LARGEST_SHARE_OF_LIFETIME))
                .filter(half -> half.compareTo(minimumValidity) < 0)
                .orElse(minimumValidity);
    }
}
