package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A form for an authorization server, with which our client proves itself (RFC 6749 §2.3.1). It holds secrets. */
record AuthenticatedForm(Map<String, String> headers, String body) {

    static AuthenticatedForm of(Counterparty counterparty, Map<String, String> fields) {
        ClientRegistration client = counterparty.client();
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> form = new LinkedHashMap<>(fields);
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        switch (counterparty.provider().requests().clientAuthentication()) {
            case BASIC -> headers.put("Authorization", basic(client));
            case POST -> {
                form.put("client_id", client.id());
                client.secret().ifPresent(secret -> form.put("client_secret", secret.reveal()));
            }
            case NONE -> form.put("client_id", client.id());
        }
        return new AuthenticatedForm(headers, encode(form));
    }

    /** Both halves are form-encoded first. */
    static String basic(ClientRegistration client) {
        String secret = client.secret().map(Secret::reveal).orElse("");
        String credentials = URLEncoder.encode(client.id(), UTF_8) + ":" + URLEncoder.encode(secret, UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> URLEncoder.encode(each.getKey(), UTF_8) + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public String toString() {
        return "AuthenticatedForm[***]";
    }
}
