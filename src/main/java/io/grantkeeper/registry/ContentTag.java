package io.grantkeeper.registry;

import io.grantkeeper.secret.Digests;
import java.util.Arrays;
import java.util.Base64;

/** A strong entity tag (RFC 9110 §8.8.3): the digest of an answer's bytes, in quotes. */
record ContentTag(String value) {

    private static final String ANY = "*";
    private static final String WEAK = "W/";

    static ContentTag of(byte[] content) {
        String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(content));
        return new ContentTag('"' + digest + '"');
    }

    /** Whether {@code If-None-Match} names it, by the weak comparison that this header wants (RFC 9110 §13.1.2). */
    boolean isAmong(String ifNoneMatch) {
        return Arrays.stream(ifNoneMatch.split(",", -1))
                .map(String::strip)
                .map(tag -> tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag)
                .anyMatch(tag -> tag.equals(ANY) || tag.equals(value));
    }
}
