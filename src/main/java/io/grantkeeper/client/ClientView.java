package io.grantkeeper.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An account's own client as the API shows it: everything but its secret.
 *
 * @param createdAt when the account first brought it
 */
record ClientView(
        String provider,

        @Schema(description = "The client_id, which is no secret")
        String id,

        Instant createdAt) {

    static ClientView of(StoredClient client) {
        return new ClientView(client.provider(), client.id(), client.createdAt().truncatedTo(ChronoUnit.SECONDS));
    }
}
