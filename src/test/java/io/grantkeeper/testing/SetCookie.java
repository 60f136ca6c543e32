package io.grantkeeper.testing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@code Set-Cookie} header, read; attributes by their names in lower case. */
public record SetCookie(String name, String value, Map<String, String> attributes) {

    public static SetCookie parse(String header) {
        String[] parts = header.split(";");
        String[] pair = halves(parts[0]);
        Map<String, String> attributes = Arrays.stream(parts)
                .skip(1)
                .map(SetCookie::halves)
                .collect(Collectors.toMap(
                        attribute -> attribute[0].toLowerCase(Locale.ROOT), attribute -> attribute[1], (a, b) -> b));
        return new SetCookie(pair[0], pair[1], attributes);
    }

    public boolean isDeletion() {
        return "0".equals(attributes.get("max-age"));
    }

    private static String[] halves(String part) {
        String[] halves = part.strip().split("=", 2);
        return new String[] {halves[0], halves.length > 1 ? halves[1].replaceAll("^\"|\"$", "") : ""};
    }
}
