package io.grantkeeper.provider;

import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request to a provider. Headers and body may hold secrets, so they are in no text of this record.
 *
 * @param deadline for everything from the look-up of the name to the last byte of the answer
 * @param privateAllowed whether the operator let this provider live on a private or loopback address
 */
record Outbound(
        HttpMethod method,
        URI uri,
        Map<String, String> headers,
        Optional<String> body,
        Duration deadline,
        boolean privateAllowed) {

    @Override
    public String toString() {
        return "Outbound[" + method + " " + uri.getHost() + "]";
    }
}
