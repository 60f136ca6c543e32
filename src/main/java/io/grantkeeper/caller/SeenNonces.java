package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Randomness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The nonces that this replica saw, each until its signature has run out by itself.
 *
 * <p>They lie in slices by the time they expire, so that forgetting drops a slice and searches none. Each costs eight
 * bytes of a keyed hash, however long it is. Nothing is ever forgotten early to make room: an agent that fills half of
 * it has to wait, and the others go on.
 */
final class SeenNonces {

    enum Verdict {
        FRESH,
        SEEN,
        FULL
    }

    private final long sliceSeconds;
    private final int capacity;
    private final HmacKey hashes;
    private final TreeMap<Long, Map<String, Set<Long>>> slices = new TreeMap<>();
    private int held;

    /** @param slice how much is forgotten at once: about as long as a nonce is kept */
    SeenNonces(Duration slice, int capacity, Randomness randomness) {
        this.sliceSeconds = slice.toSeconds();
        this.capacity = capacity;
        this.hashes = HmacKey.of(randomness.bytes(32));
    }

    /** Remembers a nonce until it expires, unless it is remembered already. */
    Verdict remember(String keyId, String nonce, Instant expiresAt, Instant now) {
        // Hashed before anybody has to wait for it.
        return remember(keyId, hash(nonce), expiresAt, now);
    }

    private synchronized Verdict remember(String keyId, Long hash, Instant expiresAt, Instant now) {
        forgetBefore(now);
        if (isSeen(keyId, hash)) {
            return Verdict.SEEN;
        }
        if (held >= capacity || held(keyId) >= capacity / 2) {
            return Verdict.FULL;
        }
        Set<Long> nonces = slices.computeIfAbsent(sliceOf(expiresAt), fresh -> new HashMap<>())
                .computeIfAbsent(keyId, fresh -> new HashSet<>());
        nonces.add(hash);
        held++;
        return Verdict.FRESH;
    }

    synchronized int held() {
        return held;
    }

    private void forgetBefore(Instant now) {
        Map<Long, Map<String, Set<Long>>> past = slices.headMap(sliceOf(now));
        for (Map<String, Set<Long>> slice : past.values()) {
            held -= slice.values().stream().mapToInt(Set::size).sum();
        }
        past.clear();
    }

    private boolean isSeen(String keyId, Long hash) {
        for (Map<String, Set<Long>> slice : slices.values()) {
            if (of(keyId, slice).contains(hash)) {
                return true;
            }
        }
        return false;
    }

    private int held(String keyId) {
        int sum = 0;
        for (Map<String, Set<Long>> slice : slices.values()) {
            sum += of(keyId, slice).size();
        }
        return sum;
    }

    private static Set<Long> of(String keyId, Map<String, Set<Long>> slice) {
        return slice.getOrDefault(keyId, Set.of());
    }

    private long sliceOf(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), sliceSeconds);
    }

    private long hash(String nonce) {
        return ByteBuffer.wrap(hashes.sign(nonce.getBytes(UTF_8))).getLong();
    }
}
