package io.grantkeeper.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.stream.Collectors;

/**
 * The request that a browser carries to the authorization endpoint (RFC 6749 §4.1.1, RFC 7636 §4.3).
 *
 * @param codeChallenge none where the provider fails over it
 * @param nonce what the ID token must repeat, where one is asked for (OpenID Connect Core §3.1.2.1)
 * @param names what the provider calls the parameters
 * @param extra the provider's own parameters; none of them may be one of the request's
 */
public record AuthorizationRequest(
        URI endpoint,
        String clientId,
        URI redirectUri,
        SequencedCollection<String> scopes,
        String scopeSeparator,
        Secret state,
        Optional<String> codeChallenge,
        Optional<String> nonce,
        ParameterNames names,
        Map<String, String> extra) {

    /** Where to send the browser. */
    public URI toUri() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", clientId);
        parameters.put("redirect_uri", redirectUri.toString());
        if (!scopes.isEmpty()) {
            parameters.put("scope", String.join(scopeSeparator, scopes));
        }
        parameters.put("state", state.reveal());
        codeChallenge.ifPresent(challenge -> {
            parameters.put("code_challenge", challenge);
            parameters.put("code_challenge_method", Pkce.METHOD);
        });
        nonce.ifPresent(value -> parameters.put("nonce", value));
        Map<String, String> named = new LinkedHashMap<>(names.in(parameters));
        extra.forEach(named::putIfAbsent);
        return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + form(named));
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** As RFC 3986 wants it in a query: a space is {@code %20} for everyone, {@code +} only for forms. */
    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
