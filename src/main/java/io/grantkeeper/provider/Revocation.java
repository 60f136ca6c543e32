package io.grantkeeper.provider;

import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a grant is ended at the provider.
 *
 * @param style what the request looks like
 * @param url where it goes; {@code {client_id}} stands for our client's id
 * @param only the only kind of token with which it ends a grant; empty where any does
 * @param parameters what is sent instead of the standard's parameters, with {@link Placeholders}; the client's
 *     authentication comes besides
 * @param clientAuthentication how our client proves itself, if not as at the token endpoint
 */
public record Revocation(
        Style style,
        String url,
        HttpMethod method,
        Optional<TokenKind> only,
        Map<String, String> parameters,
        Requests.Format format,
        Optional<ClientAuthentication> clientAuthentication) {

    private static final String CLIENT_ID = "{client_id}";
    private static final Pattern IN_HOST = Pattern.compile("[^/?#]*//[^/?#]*\\{client_id}");

    /** The forms that a revocation request takes. */
    public enum Style {
        /** A post of {@code token} and {@code token_type_hint} with the client's authentication (RFC 7009). */
        RFC7009,
        /** A request without a body whose credential is the token itself. */
        BEARER,
        /** A {@code DELETE} with the client's Basic credentials and {@code {"access_token": "…"}}. */
        GITHUB
    }

    public Revocation {
        parameters = Ordered.copyOf(parameters);
    }

    /** The usual one of a style. */
    public Revocation(Style style, String url) {
        this(
                style,
                url,
                style == Style.GITHUB ? HttpMethod.DELETE : HttpMethod.POST,
                style == Style.RFC7009 ? Optional.empty() : Optional.of(TokenKind.ACCESS_TOKEN),
                Map.of(),
                Requests.Format.FORM,
                Optional.empty());
    }

    /** Whether it ends a grant with a token of this kind. */
    public boolean takes(TokenKind kind) {
        return only.isEmpty() || only.get() == kind;
    }

    public URI uri(String clientId) {
        return URI.create(withClientId(url, clientId));
    }

    static boolean hasClientIdInHost(String url) {
        return IN_HOST.matcher(url).lookingAt();
    }

    static String withClientId(String url, String clientId) {
        return url.replace(CLIENT_ID, URLEncoder.encode(clientId, StandardCharsets.UTF_8));
    }
}
