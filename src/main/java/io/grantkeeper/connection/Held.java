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

    /** When a refresh last gave the access token; empty before the first. */
    public Optional<Instant> refreshedAt() {
        return credential.refreshedAt();
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
