package io.grantkeeper.caller;

import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request says before its body.
 *
 * @param authority as RFC 9421 §2.2.3 wants it: lower case, no default port; empty when the request names none
 * @param path raw, as it was received
 * @param query raw, without its question mark
 */
record RequestHead(String method, String authority, String path, String query, MultiMap headers) {

    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    private static final Pattern DEFAULT_PORT = Pattern.compile(":(?:80|443)?$");

    static RequestHead of(HttpServerRequest request) {
        return new RequestHead(
                request.method().name(),
                authority(request.authority()),
                request.path() == null ? "" : request.path(),
                request.query() == null ? "" : request.query(),
                request.headers());
    }

    /**
     * Both default ports are dropped: behind a gateway that ends TLS nobody can tell which of the two schemes the
     * client used.
     */
    private static String authority(@Nullable HostAndPort named) {
        return named == null ? "" : canonicalAuthority(named.toString());
    }

    static String canonicalAuthority(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') < 0 ? lower : DEFAULT_PORT.matcher(lower).replaceFirst("");
    }

    /** Whether its method only reads (RFC 9110 §9.2.1). */
    boolean isSafe() {
        return SAFE.contains(method);
    }

    /** Whether a body follows for certain; on HTTP/2 one may follow unannounced. */
    boolean announcesBody() {
        String length = headers.get("content-length");
        return headers.contains("transfer-encoding") || (length != null && !length.equals("0"));
    }

    List<String> header(String name) {
        return headers.getAll(name);
    }

    List<String> cookie(String name) {
        return header("cookie").stream()
                .flatMap(line -> ServerCookieDecoder.LAX.decodeAll(line).stream())
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .toList();
    }
}
