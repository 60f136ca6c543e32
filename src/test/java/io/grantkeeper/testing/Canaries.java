package io.grantkeeper.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every secret that was made or seen in these tests, so that all that was written anywhere can be searched for it in the
 * end.
 */
public final class Canaries {

    /** Shorter texts are found by chance. */
    private static final int SHORTEST = 16;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<String, String> KINDS = new ConcurrentHashMap<>();

    private Canaries() {}

    /** A new secret of 128 random bits. */
    public static String fresh(String kind) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return add(kind, "canary-" + HexFormat.of().formatHex(bytes));
    }

    /** A secret that somebody else made. */
    @CanIgnoreReturnValue
    public static String add(String kind, String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException("a " + kind + " of less than " + SHORTEST + " characters");
        }
        KINDS.putIfAbsent(secret, kind);
        signature(secret).ifPresent(part -> KINDS.putIfAbsent(part, "signature of a " + kind));
        return secret;
    }

    /** What kind of secret each of them is. */
    public static Map<String, String> all() {
        return Map.copyOf(KINDS);
    }

    /** Of a JWT the head and the claims are told in many places; with the signature they are a credential. */
    private static java.util.Optional<String> signature(String secret) {
        String[] parts = secret.split("\\.", -1);
        return parts.length == 3 && parts[2].length() >= SHORTEST
                ? java.util.Optional.of(parts[2])
                : java.util.Optional.empty();
    }
}
