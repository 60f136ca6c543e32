package io.grantkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an imitation is asked.
 *
 * @param target the path and the query as they were sent
 * @param headers by names in any case
 */
record Request(String method, String target, Map<String, String> headers, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String path() {
        return target.split("\\?", 2)[0];
    }

    /** The parameters of a query as RFC 3986 has it, in which a plus is a plus. */
    Map<String, String> query() {
        String[] halves = target.split("\\?", 2);
        if (halves.length < 2 || halves[1].contains("+")) {
            throw new Unlike("query", "one as RFC 3986 has it", target);
        }
        return decoded(halves[1]);
    }

    /** @param format as an entry has it: {@code form} or {@code json} */
    Map<String, String> parameters(String format) {
        if (format.equals("form")) {
            requireHeader("Content-Type", "application/x-www-form-urlencoded");
            return decoded(body);
        }
        requireHeader("Content-Type", "application/json");
        return members();
    }

    void requireHeader(String name, String value) {
        Unlike.require("header " + name, value, header(name).orElse("(none)"));
    }

    private Map<String, String> members() {
        Map<String, String> members = new LinkedHashMap<>();
        json().properties().forEach(member -> {
            if (!member.getValue().isTextual()) {
                throw new Unlike("body", "a text as " + member.getKey(), body);
            }
            members.put(member.getKey(), member.getValue().textValue());
        });
        return members;
    }

    private JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException unreadable) {
            throw new Unlike("body", "JSON", body);
        }
    }

    static Map<String, String> decoded(String form) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&", -1)) {
            String[] halves = pair.split("=", 2);
            if (halves.length < 2 || parameters.put(decode(halves[0]), decode(halves[1])) != null) {
                throw new Unlike("parameters", "a form in which each has one value", form);
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
