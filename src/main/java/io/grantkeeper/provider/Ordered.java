package io.grantkeeper.provider;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/** Immutable copies that keep the order in which an entry was written; {@link Map#copyOf} does not. */
final class Ordered {
    private Ordered() {}

    static <K, V> Map<K, V> copyOf(Map<K, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static <E> SequencedSet<E> copyOf(Collection<E> elements) {
        return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(elements));
    }
}
