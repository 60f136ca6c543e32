package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which addresses a provider may have. Where a name resolves to is looked at when it is called. */
final class EndpointUrls {

    private static final int HTTPS_PORT = 443;

    /** What an authorization request adds by itself (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9101 §5). */
    private static final Set<String> OURS = Set.of(
            "client_id",
            "client_secret",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
            "nonce",
            "request",
            "request_uri");

    private EndpointUrls() {}

    /** What speaks against an address, if anything. */
    static Optional<String> objection(String url, boolean allowPrivate) {
        Optional<URI> uri = parse(url);
        if (uri.isEmpty() || uri.get().getHost() == null) {
            return Optional.of("is no absolute URL with a host name in ASCII");
        }
        return objection(uri.get(), allowPrivate);
    }

    private static Optional<String> objection(URI uri, boolean allowPrivate) {
        if (uri.getRawUserInfo() != null) {
            return Optional.of("must not carry user information");
        }
        if (uri.getRawFragment() != null) {
            return Optional.of("must not have a fragment");
        }
        if (allowPrivate) {
            return isHttp(uri) ? Optional.empty() : Optional.of("must be https or http");
        }
        if (!"https".equalsIgnoreCase(uri.getScheme())) {
            return Optional.of("must be https");
        }
        if (uri.getPort() != -1 && uri.getPort() != HTTPS_PORT) {
            return Optional.of("must be on port 443");
        }
        return isAddress(uri.getHost()) ? Optional.of("must have a host name, not an address") : Optional.empty();
    }

    /** Scheme, host and port; empty where it is no address. */
    static Optional<String> origin(String url) {
        return parse(url)
                .filter(uri -> uri.getHost() != null)
                .map(uri -> uri.getScheme() + "://" + uri.getRawAuthority().toLowerCase(Locale.ROOT));
    }

    /** The parameter in the query of an authorization URL that a request adds by itself, if there is one. */
    static Optional<String> reservedParameter(String url) {
        return parse(url)
                .map(URI::getRawQuery)
                .flatMap(query -> Arrays.stream(query.split("&"))
                        .map(EndpointUrls::name)
                        .filter(EndpointUrls::isReserved)
                        .findFirst());
    }

    static boolean isReserved(String parameter) {
        return OURS.contains(parameter.toLowerCase(Locale.ROOT));
    }

    private static String name(String pair) {
        return URLDecoder.decode(pair.split("=", 2)[0], UTF_8);
    }

    private static boolean isHttp(URI uri) {
        return Stream.of("https", "http").anyMatch(scheme -> scheme.equalsIgnoreCase(uri.getScheme()));
    }

    /** No top-level domain begins with a digit, so a host whose last label does is an address in some notation. */
    private static boolean isAddress(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        return host.startsWith("[") || last.equalsIgnoreCase("localhost") || Character.isDigit(last.charAt(0));
    }

    private static Optional<URI> parse(String url) {
        try {
            return Optional.of(new URI(url));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
