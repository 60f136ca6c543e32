package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.provider.Requests.Format;
import io.grantkeeper.secret.Secret;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A form for an authorization server, with which our client proves itself (RFC 6749 §2.3.1). It holds secrets.
 *
 * @param parameters as they are written
 */
record AuthenticatedForm(Map<String, String> headers, String parameters, Format format) {

    /** @param fields by the standards' names */
    static AuthenticatedForm of(Counterparty counterparty, Map<String, String> fields) {
        return of(counterparty, fields, Map.of(), Format.FORM);
    }

    /**
     * @param fields by the standards' names
     * @param besides by the provider's; one that is among the fields too replaces it
     */
    static AuthenticatedForm of(
            Counterparty counterparty, Map<String, String> fields, Map<String, String> besides, Format format) {
        return of(counterparty, counterparty.provider().requests().clientAuthentication(), fields, besides, format);
    }

    /** The same for a client that does not prove itself as at the token endpoint. */
    static AuthenticatedForm of(
            Counterparty counterparty,
            ClientAuthentication authentication,
            Map<String, String> fields,
            Map<String, String> besides,
            Format format) {
        ClientRegistration client = counterparty.client();
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> form = new LinkedHashMap<>(fields);
        switch (authentication) {
            case BASIC -> headers.put("Authorization", basic(client));
            case BASIC_RAW -> headers.put("Authorization", rawBasic(client));
            case POST -> {
                form.put("client_id", client.id());
                client.secret().ifPresent(secret -> form.put("client_secret", secret.reveal()));
            }
            case NONE -> form.put("client_id", client.id());
        }
        Map<String, String> named =
                new LinkedHashMap<>(counterparty.provider().requests().names().in(form));
        named.putAll(besides);
        switch (format) {
            case FORM -> headers.put("Content-Type", "application/x-www-form-urlencoded");
            case JSON -> headers.put("Content-Type", "application/json");
            case QUERY -> {}
        }
        return new AuthenticatedForm(headers, written(named, format), format);
    }

    HttpMethod method() {
        return format == Format.QUERY ? HttpMethod.GET : HttpMethod.POST;
    }

    /** Where it goes, with all of it in the query where it has no body. */
    URI at(URI address) {
        return format == Format.QUERY ? QueryText.added(address, parameters) : address;
    }

    Optional<String> body() {
        return format == Format.QUERY ? Optional.empty() : Optional.of(parameters);
    }

    /** Both halves are form-encoded first. */
    static String basic(ClientRegistration client) {
        return basic(URLEncoder.encode(client.id(), UTF_8), URLEncoder.encode(secret(client), UTF_8));
    }

    /** As RFC 7617 has it, which many take for what RFC 6749 says. */
    private static String rawBasic(ClientRegistration client) {
        return basic(client.id(), secret(client));
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
    }

    private static String secret(ClientRegistration client) {
        return client.secret().map(Secret::reveal).orElse("");
    }

    private static String written(Map<String, String> parameters, Format format) {
        return switch (format) {
            case FORM -> encode(parameters);
            case JSON -> json(parameters);
            case QUERY -> QueryText.of(parameters);
        };
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> URLEncoder.encode(each.getKey(), UTF_8) + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String json(Map<String, String> form) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        form.forEach(json::put);
        return json.toString();
    }

    @Override
    public String toString() {
        return "AuthenticatedForm[***]";
    }
}
