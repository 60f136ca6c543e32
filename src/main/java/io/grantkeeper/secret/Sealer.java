package io.grantkeeper.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals with AES-256-GCM under the ring's primary key, opens with the key that the stored form names.
 *
 * <p>The stored form is {@code version (1) ‖ length of key id (1) ‖ key id ‖ iv (12) ‖ ciphertext ‖ tag (16)}. The key
 * is chosen by its id, never by trial.
 */
public final class Sealer {

    private static final byte VERSION = 1;
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final String HMAC = "HmacSHA256";
    private static final byte[] FINGERPRINT_LABEL = "grantkeeper token fingerprint".getBytes(US_ASCII);

    private final Supplier<KeyRing> keyRing;
    private final Randomness randomness;
    private final ConcurrentMap<String, LongAdder> seals = new ConcurrentHashMap<>();

    /** @param keyRing asked at each call, because the ring changes while the service runs */
    public Sealer(Supplier<KeyRing> keyRing, Randomness randomness) {
        this.keyRing = keyRing;
        this.randomness = randomness;
    }

    /** The stored form of a secret that will open in this context only. */
    public byte[] seal(Secret secret, SealContext context) {
        KeyRing ring = keyRing.get();
        return seal(secret, context, ring, ring.primary());
    }

    /** @throws SealBroken when it does not open here */
    public Secret unseal(byte[] sealed, SealContext context) {
        Parts parts = Parts.of(sealed);
        byte[] opened =
                crypt(Cipher.DECRYPT_MODE, key(keyRing.get(), parts.keyId()), parts.iv(), parts.ciphertext(), context);
        return Secret.of(new String(opened, java.nio.charset.StandardCharsets.UTF_8));
    }

    /** The id of the key that a stored form was sealed with. */
    public static String keyIdOf(byte[] sealed) {
        return Parts.of(sealed).keyId();
    }

    /** How often each key has sealed since this was last asked. */
    public Map<String, Long> takeCounts() {
        Map<String, Long> counts = new HashMap<>();
        seals.forEach((key, count) -> counts.put(key, count.sumThenReset()));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** Counts what a key has sealed: again, where a count that was taken came to nothing. */
    public void count(String keyId, long times) {
        seals.computeIfAbsent(keyId, first -> new LongAdder()).add(times);
    }

    /** The id of the key that seals now. */
    public String primaryKeyId() {
        return keyRing.get().primary();
    }

    /** A keyed digest by which a token is found again; without the ring it tells nothing of the token. */
    public byte[] fingerprint(Secret secret) {
        KeyRing ring = keyRing.get();
        return fingerprint(secret, ring, ring.primary());
    }

    /** The fingerprints that a token can have been stored with, one a key of the ring. */
    public List<byte[]> fingerprints(Secret secret) {
        KeyRing ring = keyRing.get();
        return ring.ids().stream().map(id -> fingerprint(secret, ring, id)).toList();
    }

    private static byte[] fingerprint(Secret secret, KeyRing ring, String keyId) {
        byte[] own = hmac(key(ring, keyId).getEncoded(), FINGERPRINT_LABEL);
        return hmac(own, secret.bytes());
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(input);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + HMAC, impossible);
        }
    }

    private static SecretKey key(KeyRing ring, String keyId) {
        return ring.key(keyId)
                .orElseThrow(() -> new SealBroken("sealed under key \"" + keyId + "\", which is not here"));
    }

    byte[] seal(Secret secret, SealContext context, KeyRing ring, String keyId) {
        count(keyId, 1);
        byte[] iv = randomness.bytes(IV_BYTES);
        byte[] ciphertext = crypt(Cipher.ENCRYPT_MODE, key(ring, keyId), iv, secret.bytes(), context);
        byte[] id = keyId.getBytes(US_ASCII);
        return ByteBuffer.allocate(2 + id.length + IV_BYTES + ciphertext.length)
                .put(VERSION)
                .put((byte) id.length)
                .put(id)
                .put(iv)
                .put(ciphertext)
                .array();
    }

    private static byte[] crypt(int mode, SecretKey key, byte[] iv, byte[] input, SealContext context) {
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
            cipher.updateAAD(context.bytes());
            return cipher.doFinal(input);
        } catch (GeneralSecurityException broken) {
            throw new SealBroken("the seal does not open here: it was moved or changed");
        }
    }

    private record Parts(String keyId, byte[] iv, byte[] ciphertext) {

        static Parts of(byte[] sealed) {
            ByteBuffer in = ByteBuffer.wrap(sealed);
            if (in.remaining() < 2 || in.get() != VERSION) {
                throw new SealBroken("not a sealed value of a form that is known here");
            }
            int idLength = Byte.toUnsignedInt(in.get());
            if (in.remaining() < idLength + IV_BYTES + TAG_BYTES) {
                throw new SealBroken("a sealed value is cut off");
            }
            return new Parts(new String(take(in, idLength), US_ASCII), take(in, IV_BYTES), take(in, in.remaining()));
        }

        private static byte[] take(ByteBuffer in, int count) {
            byte[] bytes = new byte[count];
            in.get(bytes);
            return bytes;
        }
    }
}
