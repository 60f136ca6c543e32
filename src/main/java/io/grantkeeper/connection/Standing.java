package io.grantkeeper.connection;

import io.grantkeeper.connection.Connection.GrantType;
import java.time.Instant;
import java.util.Optional;

/**
 * How a connection stands, without its tokens: what there is to say when it will need its user.
 *
 * @param consentedAt when its user consented; of an import when that was made, which is some time later
 * @param renewedAt when its tokens were last got, by a refresh or with the consent
 * @param accessExpiresAt empty when the stored access token does not expire
 * @param refreshExpiresAt when the refresh token ends; empty where the provider did not tell
 * @param keepAliveAt when the refresh token will be used for no other reason than that it must not stay unused
 * @param now the database's time of the read
 */
public record Standing(
        boolean active,
        GrantType grant,
        Instant consentedAt,
        boolean imported,
        Instant renewedAt,
        Optional<Instant> accessExpiresAt,
        boolean hasRefreshToken,
        Optional<Instant> refreshExpiresAt,
        Optional<Instant> keepAliveAt,
        Instant now) {

    /** Whether its tokens were renewed after this time, which then was not the end of the grant. */
    boolean hasOutlived(Instant end) {
        return renewedAt.isAfter(end);
    }

    /** Whether the refresh token will be used in time, whoever else uses it. */
    boolean isKeptAliveBefore(Instant end) {
        return keepAliveAt.filter(end::isAfter).isPresent() && now.isBefore(end);
    }
}
