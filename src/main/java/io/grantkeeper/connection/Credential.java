package io.grantkeeper.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sealed tokens of a connection, as one version of them was read.
 *
 * @param version moves with every write of tokens; a write names the version that it saw
 * @param accessExpiresAt empty when the provider's tokens do not expire
 * @param refreshedAt when a refresh last gave the access token; empty before the first
 * @param clientId our client that the grant was given to
 */
record Credential(
        ConnectionId connection,
        long version,
        String tokenType,
        byte @Nullable [] sealedAccess,
        Instant accessObtainedAt,
        Optional<Instant> accessExpiresAt,
        Optional<Instant> refreshedAt,
        byte @Nullable [] sealedRefresh,
        String clientId,
        byte @Nullable [] sealedClientSecret,
        Progress progress) {

    boolean hasRefreshToken() {
        return sealedRefresh != null;
    }

    /** How long the access token was to live when it was obtained; empty when it does not expire. */
    Optional<Duration> lifetime() {
        return accessExpiresAt.map(expiry -> Duration.between(accessObtainedAt, expiry));
    }
}
