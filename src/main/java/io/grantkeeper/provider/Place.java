package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Locale;

/**
 * Where something is told of a user: {@code [source:]/json/pointer} (RFC 6901).
 *
 * @param pointer into an answer, or into the claims of a token
 */
public record Place(Source source, JsonPointer pointer) {

    /** What is looked into. */
    public enum Source {
        /** The token endpoint's answer; in an entry it has no name. */
        ANSWER,
        /** The claims of the ID token. */
        ID_TOKEN,
        /** The claims of the access token, where that is a JWT (RFC 9068). */
        ACCESS_TOKEN,
        /** What the userinfo endpoint answers, or where there is none the ID token, which has the same claims. */
        USERINFO
    }

    /** Reads what an entry has, after its schema did. */
    static Place of(String text) {
        int begin = text.indexOf('/');
        Source source = begin == 0
                ? Source.ANSWER
                : Source.valueOf(text.substring(0, begin - 1).toUpperCase(Locale.ROOT));
        return new Place(source, JsonPointer.compile(text.substring(begin)));
    }

    static Place userinfo(JsonPointer pointer) {
        return new Place(Source.USERINFO, pointer);
    }

    boolean isIn(Source one) {
        return source == one;
    }

    /** As an entry has it. */
    @Override
    public String toString() {
        return source == Source.ANSWER ? pointer.toString() : source.name().toLowerCase(Locale.ROOT) + ":" + pointer;
    }
}
