package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where something is told of a user: {@code [source:]/json/pointer} (RFC 6901).
 *
 * @param pointer into an answer, or into the claims of a token
 */
public record Place(Source source, JsonPointer pointer) {

    private static final Pattern SOURCED =
            Pattern.compile("(?:id_token|access_token|userinfo|callback|accounts|field):/.*", Pattern.DOTALL);

    /** What is looked into. */
    public enum Source {
        /** The token endpoint's answer; in an entry it has no name. */
        ANSWER,
        /** The claims of the ID token. */
        ID_TOKEN,
        /** The claims of the access token, where that is a JWT (RFC 9068). */
        ACCESS_TOKEN,
        /** What the userinfo endpoint answers, or where there is none the ID token, which has the same claims. */
        USERINFO,
        /** The parameters of the callback, each by its name; one that holds JSON can be looked into. */
        CALLBACK,
        /** What was chosen of the {@link AccountList}. */
        ACCOUNTS,
        /** The connection's fields, each by its name. */
        FIELD
    }

    /** Reads what an entry has, after its schema did. */
    static Place of(String text) {
        int begin = text.indexOf('/');
        Source source = begin == 0
                ? Source.ANSWER
                : Source.valueOf(text.substring(0, begin - 1).toUpperCase(Locale.ROOT));
        return new Place(source, JsonPointer.compile(text.substring(begin)));
    }

    /** Whether a text is the name of a place outside the token answer. */
    static boolean isOne(String text) {
        return SOURCED.matcher(text).matches();
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
