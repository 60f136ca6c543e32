package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Queries and forms, read and written. */
public final class Uris {

    private Uris() {}

    public static Optional<String> parameter(URI uri, String name) {
        return Optional.ofNullable(parameters(uri).get(name));
    }

    public static Map<String, String> parameters(URI uri) {
        return form(uri.getRawQuery() == null ? "" : uri.getRawQuery());
    }

    public static Map<String, String> form(String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : encoded.isEmpty() ? new String[0] : encoded.split("&")) {
            String[] halves = pair.split("=", 2);
            fields.put(decode(halves[0]), halves.length > 1 ? decode(halves[1]) : "");
        }
        return fields;
    }

    public static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** The address with this parameter in place of the one that it had, or without it where the value is empty. */
    public static URI with(URI uri, String name, String value) {
        Map<String, String> parameters = parameters(uri);
        parameters.put(name, value);
        if (value.isEmpty()) {
            parameters.remove(name);
        }
        String whole = uri.toString();
        String bare = uri.getRawQuery() == null ? whole : whole.substring(0, whole.indexOf('?'));
        return URI.create(bare + "?" + form(parameters));
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
