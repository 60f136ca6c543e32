package io.grantkeeper.oauth;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Map;
import java.util.Optional;

/**
 * What a token answer tells besides its tokens: the places that its provider's entry names, and nothing else of it. What
 * is told is in no text of this record, since it is about people.
 */
public record Told(Map<JsonPointer, String> values) {

    static final Told NOTHING = new Told(Map.of());

    /** Longer than this is nobody's id or name. */
    static final int LONGEST = 256;

    public Told {
        values = Map.copyOf(values);
    }

    public Optional<String> at(JsonPointer place) {
        return Optional.ofNullable(values.get(place));
    }

    @Override
    public String toString() {
        return "Told[" + values.size() + "]";
    }
}
