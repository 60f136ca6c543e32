package io.grantkeeper.authorization;

import java.time.Instant;

/**
 * A flow that was promised.
 *
 * @param authorizationUrl to be opened by a person; it works once
 * @param id what {@code GET /api/apps/authorize/{id}} is asked for
 */
record Offered(String authorizationUrl, Instant expiresAt, String id) {

    /** Without the URL, which carries the ticket. */
    @Override
    public String toString() {
        return "Offered[id=" + id + "]";
    }
}
