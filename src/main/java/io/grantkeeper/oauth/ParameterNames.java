package io.grantkeeper.oauth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a provider calls the standards' parameters.
 *
 * @param theirs its own names by those of RFC 6749; what is not there is called as the standard has it
 */
public record ParameterNames(Map<String, String> theirs) {

    /** Those of a provider which keeps to the standard. */
    public static final ParameterNames STANDARD = new ParameterNames(Map.of());

    public ParameterNames {
        theirs = Map.copyOf(theirs);
    }

    /** The same parameters, in the same order, by the provider's names. */
    public Map<String, String> in(Map<String, String> parameters) {
        if (theirs.isEmpty()) {
            return parameters;
        }
        Map<String, String> renamed = new LinkedHashMap<>();
        parameters.forEach((name, value) -> renamed.put(theirs.getOrDefault(name, name), value));
        return renamed;
    }
}
