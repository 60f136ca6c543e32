package io.grantkeeper.wire;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The parameters of a query or a form, read strictly: one that is unknown or stands there twice is refused, since
 * whoever sent it meant something that would silently not happen (RFC 6749 §3.1).
 */
public final class Query {

    private static final int MAX_VALUE = 8 * 1024;
    private static final String FIELD_PREFIX = "field.";
    private static final Pattern FIELD = Pattern.compile("field\\.[a-z][a-z0-9_]{0,31}");

    private final MultivaluedMap<String, String> parameters;

    private Query(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /** @throws Problem {@code invalid_request} when there is one of another name, or one twice */
    public static Query of(UriInfo uri, String... allowed) {
        return of(uri.getQueryParameters(), allowed);
    }

    /** @throws Problem {@code invalid_request} when there is one of another name, or one twice */
    public static Query of(MultivaluedMap<String, String> parameters, String... allowed) {
        Set<String> names = Set.of(allowed);
        for (Map.Entry<String, List<String>> each : parameters.entrySet()) {
            if (!names.contains(each.getKey())) {
                throw invalid("There is a parameter that this address does not have. It has: "
                        + String.join(", ", allowed) + ".");
            }
            if (each.getValue().size() > 1) {
                throw invalid("The parameter " + each.getKey() + " stands there twice.");
            }
        }
        return new Query(parameters);
    }

    /**
     * The same where others of the form {@code field.NAME} may be there, too, which {@link #fields} tells.
     *
     * @throws Problem {@code invalid_request} when there is one of another name, or one twice
     */
    public static Query withFields(MultivaluedMap<String, String> parameters, String... allowed) {
        String[] all = Stream.concat(
                        Stream.of(allowed), parameters.keySet().stream().filter(Query::isField))
                .toArray(String[]::new);
        return of(parameters, all);
    }

    private static boolean isField(String name) {
        return FIELD.matcher(name).matches();
    }

    /** What the parameters {@code field.NAME} have, by those names; not those that have nothing. */
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        parameters.keySet().stream()
                .filter(Query::isField)
                .forEach(name ->
                        text(name).ifPresent(value -> fields.put(name.substring(FIELD_PREFIX.length()), value)));
        return fields;
    }

    /** Empty when the parameter is not there, or there without a value. */
    public Optional<String> text(String name) {
        Optional<String> value = Optional.ofNullable(parameters.getFirst(name)).filter(text -> !text.isEmpty());
        if (value.isPresent()
                && (value.get().length() > MAX_VALUE || value.get().indexOf('\0') >= 0)) {
            throw invalid("The parameter " + name + " has a value that cannot be one.");
        }
        return value;
    }

    public String requiredText(String name) {
        return text(name).orElseThrow(() -> invalid("The parameter " + name + " is missing."));
    }

    /** {@code true} or {@code false}, and nothing that looks like them. */
    public boolean flag(String name) {
        return text(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw invalid("The parameter " + name + " is true or false.");
                })
                .orElse(false);
    }

    /** A whole number within both bounds. */
    public int number(String name, int smallest, int largest, int fallback) {
        return text(name).map(value -> number(name, value, smallest, largest)).orElse(fallback);
    }

    private static int number(String name, String value, int smallest, int largest) {
        if (value.matches("\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= smallest && number <= largest) {
                return number;
            }
        }
        throw invalid("The parameter " + name + " is a whole number from " + smallest + " to " + largest + ".");
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }
}
