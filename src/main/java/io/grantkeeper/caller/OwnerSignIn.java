package io.grantkeeper.caller;

import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The links that sign the local owner's browser in, each once.
 *
 * <p>The code stands in the link's fragment, which no browser sends: it reaches neither a log nor a {@code Referer}.
 */
@Singleton
public final class OwnerSignIn {

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int CODE_BYTES = 32;

    /** As many may be open; the oldest gives way to one more. */
    private static final int MAX_OPEN = 16;

    private final PublicUrl publicUrl;
    private final InstantSource clock;
    private final Randomness randomness;
    private final Map<ByteBuffer, Instant> endOfHashes = new LinkedHashMap<>();

    OwnerSignIn(
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl,
            InstantSource clock,
            Randomness randomness) {
        this.publicUrl = publicUrl;
        this.clock = clock;
        this.randomness = randomness;
    }

    /** A link that signs a browser in. Whoever has it is the owner: it is to be shown to the owner only. */
    public record Link(Secret url, Instant expiresAt) {}

    /** Makes a link. */
    public synchronized Link link() {
        String code = randomness.base64Url(CODE_BYTES);
        Instant expiresAt = clock.instant().plus(LIFETIME);
        endOfHashes.put(hash(code), expiresAt);
        if (endOfHashes.size() > MAX_OPEN) {
            endOfHashes.remove(endOfHashes.keySet().iterator().next());
        }
        return new Link(Secret.of(publicUrl.resolve("/#sign-in=" + code).toString()), expiresAt);
    }

    /** Whether a code is one that was given out and not used; it is used from now on. */
    synchronized boolean redeem(String code) {
        Instant end = endOfHashes.remove(hash(code));
        return end != null && clock.instant().isBefore(end);
    }

    private static ByteBuffer hash(String code) {
        return ByteBuffer.wrap(Digests.sha256(Secret.of(code)));
    }
}
