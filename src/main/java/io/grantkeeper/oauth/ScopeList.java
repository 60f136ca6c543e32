package io.grantkeeper.oauth;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/** Scope values as RFC 6749 §3.3 writes them, in the order they were given. */
public final class ScopeList {

    private static final Pattern SEPARATORS = Pattern.compile("[\\s,]+");

    private ScopeList() {}

    /** The scopes of a list that is separated by spaces or commas; providers use both, whatever the RFC says. */
    public static SequencedSet<String> parse(String list) {
        SequencedSet<String> scopes = new LinkedHashSet<>();
        for (String scope : SEPARATORS.split(list.strip(), -1)) {
            if (!scope.isEmpty()) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    /** Those of the wanted scopes that are not among the granted, in the wanted order. */
    public static SequencedSet<String> missing(Collection<String> wanted, Collection<String> granted) {
        SequencedSet<String> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(granted);
        return missing;
    }
}
