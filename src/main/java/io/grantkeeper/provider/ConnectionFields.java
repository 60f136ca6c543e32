package io.grantkeeper.provider;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one connection at a provider, such as its shop, its tenant or the host of its API: the values of the
 * entry's {@code connection_fields}. Nothing secret.
 */
public record ConnectionFields(SequencedMap<String, String> values) {

    public static final ConnectionFields NONE = new ConnectionFields(new LinkedHashMap<>());

    public ConnectionFields {
        values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    public static ConnectionFields of(Map<String, String> values) {
        return values.isEmpty() ? NONE : new ConnectionFields(new LinkedHashMap<>(values));
    }

    /** As a column of the type jsonb has them. */
    public static ConnectionFields of(JsonObject json) {
        Map<String, String> values = new LinkedHashMap<>();
        json.forEach(each -> values.put(each.getKey(), String.valueOf(each.getValue())));
        return of(values);
    }

    /**
     * Those of a body that somebody sent, not checked yet.
     *
     * @throws Problem {@code invalid_request} where one is null
     */
    public static Map<String, String> given(@Nullable Map<String, String> body) {
        Map<String, String> given = body == null ? Map.of() : body;
        if (given.values().stream().anyMatch(Objects::isNull)) {
            throw Problem.of(ProblemCode.INVALID_REQUEST, "The field fields has a null in it.");
        }
        return given;
    }

    public JsonObject json() {
        return new JsonObject(new LinkedHashMap<>(values));
    }

    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** These and those, which count where both have one. */
    public ConnectionFields and(ConnectionFields others) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.putAll(others.values);
        return of(all);
    }
}
