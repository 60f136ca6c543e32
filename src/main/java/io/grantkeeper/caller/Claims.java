package io.grantkeeper.caller;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The claims of a token that was verified, by their names or by paths into them. */
record Claims(Map<String, Object> all) {

    /**
     * The texts at a claim: one for a string, several for an array; none for anything else.
     *
     * @param name a claim's whole name, dots and all, or a path of dots into objects
     */
    List<String> texts(String name) {
        return texts(at(name)).filter(text -> !text.isBlank()).toList();
    }

    /** The one text at a claim; empty when there is none or something else. */
    String text(String name) {
        return at(name) instanceof String text ? text : "";
    }

    /** The one text at a path into objects; empty when there is none or something else. */
    String text(List<String> path) {
        Object value = all;
        for (String name : path) {
            value = value instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return value instanceof String text ? text : "";
    }

    boolean has(String name) {
        return all.containsKey(name);
    }

    private @Nullable Object at(String name) {
        return all.containsKey(name) ? all.get(name) : at(all, name);
    }

    private static @Nullable Object at(@Nullable Object value, String path) {
        int dot = path.indexOf('.');
        if (!(value instanceof Map<?, ?> object)) {
            return null;
        }
        return dot < 0 ? object.get(path) : at(object.get(path.substring(0, dot)), path.substring(dot + 1));
    }

    private static Stream<String> texts(@Nullable Object value) {
        return switch (value) {
            case String text -> Stream.of(text);
            case Collection<?> several ->
                several.stream().filter(String.class::isInstance).map(String.class::cast);
            case null, default -> Stream.empty();
        };
    }
}
