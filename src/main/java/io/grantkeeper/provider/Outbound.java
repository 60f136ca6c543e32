package io.grantkeeper.provider;

import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request to a provider. Headers, body and the address' query may hold secrets, so they are in no text of this record.
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

    /** The same with one header more. */
    Outbound with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Outbound(method, uri, more, body, deadline, privateAllowed);
    }

    /** The same to another address. */
    Outbound at(URI address) {
        return new Outbound(method, address, headers, body, deadline, privateAllowed);
    }

    @Override
    public String toString() {
        return "Outbound[" + method + " " + uri.getHost() + "]";
    }
}
