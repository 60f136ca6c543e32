package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Parameters in the query of an address. Where they are secrets the address is one: it goes into {@link Outbound} and
 * nowhere else.
 */
final class QueryText {

    private QueryText() {}

    /** As RFC 3986 wants it: a space is {@code %20} for everyone, {@code +} only for forms. */
    static String of(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** The address with these parameters besides those that it has. */
    static URI with(URI address, Map<String, String> parameters) {
        return added(address, of(parameters));
    }

    static URI added(URI address, String query) {
        return URI.create(address + (address.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
