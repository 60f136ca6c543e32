package io.grantkeeper.provider;

import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a provider is asked who its user is.
 *
 * @param body JSON that is sent, such as a query of GraphQL
 * @param headers what is sent besides; the values may have {@link Placeholders}
 */
public record UserinfoRequest(HttpMethod method, Optional<String> body, Map<String, String> headers) {

    /** That of OpenID Connect Core §5.3.1. */
    public static final UserinfoRequest STANDARD = new UserinfoRequest(HttpMethod.GET, Optional.empty(), Map.of());

    public UserinfoRequest {
        headers = Ordered.copyOf(headers);
    }

    Map<String, String> headers(Counterparty counterparty) {
        Map<String, String> filled = new LinkedHashMap<>();
        filled.put("Accept", "application/json");
        filled.put("User-Agent", "Grantkeeper");
        body.ifPresent(json -> filled.put("Content-Type", "application/json"));
        filled.putAll(Placeholders.of(counterparty, Set.of()).fill(headers));
        return filled;
    }
}
