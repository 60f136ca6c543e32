package io.grantkeeper.caller;

import java.util.regex.Pattern;

/**
 * A path as it was received, before anyone decodes, normalises or matches it.
 *
 * <p>Two readings of one path must not find two resources in it. So one is taken only if it has one reading: the
 * characters of RFC 3986 §3.3 without {@code ;}, no empty or dot segment, no encoded separator or control character.
 */
record RawPath(String path) {

    /** Possessive, so that the longest of paths is matched without recursion, and what needs no look by runs. */
    private static final Pattern CHARACTERS =
            Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]++|%(?!2[fF]|5[cC]|7[fF]|[01])[0-9A-Fa-f]{2})*+");

    private static final Pattern ODD_SEGMENT = Pattern.compile("/(?:/|(?:\\.|%2[eE]){1,2}(?:/|$))");

    boolean isPlain() {
        return isOfWords()
                || (CHARACTERS.matcher(path).matches()
                        && !ODD_SEGMENT.matcher(path).find());
    }

    /** Whether it is segments of letters, digits and hyphens alone: so are nearly all, and no pattern has to look then. */
    private boolean isOfWords() {
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char each = path.charAt(i);
            boolean begins = each == '/' && before != '/';
            boolean goesOn = i > 0 && isOfWord(each);
            if (!begins && !goesOn) {
                return false;
            }
            before = each;
        }
        return before != 0;
    }

    private static boolean isOfWord(char each) {
        return (each >= 'a' && each <= 'z')
                || (each >= '0' && each <= '9')
                || (each >= 'A' && each <= 'Z')
                || each == '-';
    }
}
