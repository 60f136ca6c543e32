package io.grantkeeper.provider;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * How a grant is ended at the provider.
 *
 * @param style what the request looks like
 * @param url where it goes; {@code {client_id}} stands for our client's id
 */
public record Revocation(Style style, String url) {

    private static final String CLIENT_ID = "{client_id}";
    private static final Pattern IN_HOST = Pattern.compile("[^/?#]*//[^/?#]*\\{client_id}");

    /** The forms that a revocation request takes. */
    public enum Style {
        /** A form post of {@code token} and {@code token_type_hint} with the client's authentication (RFC 7009). */
        RFC7009,
        /** A {@code DELETE} with the client's Basic credentials and {@code {"access_token": "…"}}. */
        GITHUB
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
