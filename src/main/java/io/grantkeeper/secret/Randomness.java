package io.grantkeeper.secret;

import java.util.Base64;
import java.util.HexFormat;

/** Unpredictable bytes. Injected, so that what a test pins down can be pinned down. */
@FunctionalInterface
public interface Randomness {

    byte[] bytes(int count);

    /** As many random bytes in base64url without padding: 32 bytes make the 43 characters of RFC 7636 §4.1. */
    default String base64Url(int count) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(count));
    }

    default String hex(int count) {
        return HexFormat.of().formatHex(bytes(count));
    }
}
