package io.grantkeeper.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A value that must not be seen: a token, a code, a verifier, a client secret, a key.
 *
 * <p>It prints as {@code ***} wherever it ends up by accident. {@link #reveal()} is the only way to the value, so a
 * search for its callers lists every place where a secret leaves.
 */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself. Never to be put into a log, an exception, a URL or a metric. */
    public String reveal() {
        return value;
    }

    /** The value as UTF-8. */
    public byte[] bytes() {
        return value.getBytes(UTF_8);
    }

    /** Compares in a time that does not depend on where two values differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(), that.bytes());
    }

    /** The same for all: a hash of a secret would tell something of it. */
    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "***";
    }
}
