package io.grantkeeper.caller;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.util.regex.Pattern;

/**
 * A path as it was received, before anyone decodes, normalises or matches it.
 *
 * <p>Two readings of one path must not find two resources in it. So one is taken only if it has one reading: the
 * characters of RFC 3986 §3.3 without {@code ;}, no empty or dot segment, no encoded separator or control character.
 */
record RawPath(String path) {

    /** Possessive, so that the longest of paths is matched without recursion. */
    private static final Pattern CHARACTERS =
            Pattern.compile("/(?:[a-z0-9._~!$&'()*+,=:@/-]|%(?!2f|5c|7f|[01])[0-9a-f]{2})*+", CASE_INSENSITIVE);

    private static final Pattern ODD_SEGMENT = Pattern.compile("//|/(?:\\.|%2e){1,2}(?:/|$)", CASE_INSENSITIVE);

    boolean isPlain() {
        return CHARACTERS.matcher(path).matches() && !ODD_SEGMENT.matcher(path).find();
    }
}
