package io.grantkeeper.secret;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One sealed constant a key, stored beside what the key seals: a ring whose key of the same id does not open it belongs
 * to another database, and must not seal a single row in this one.
 */
public final class KeyChecks {

    private static final Secret CONSTANT = Secret.of("grantkeeper key check");

    private KeyChecks() {}

    /** What to store for each key of a ring, by key id. */
    public static Map<String, byte[]> of(KeyRing ring, Randomness randomness) {
        Sealer sealer = new Sealer(() -> ring, randomness);
        Map<String, byte[]> checks = new LinkedHashMap<>();
        ring.ids().forEach(id -> checks.put(id, sealer.seal(CONSTANT, context(id), ring, id)));
        return checks;
    }

    /**
     * Compares a ring with what is stored.
     *
     * @param stored the sealed constants by key id; those of keys that the ring does not have are left alone
     * @throws KeyRingException when a key is another one than that which the database was sealed with
     */
    public static void require(KeyRing ring, Map<String, byte[]> stored) {
        Sealer sealer = new Sealer(() -> ring, count -> new byte[count]);
        stored.forEach((id, check) -> {
            if (ring.ids().contains(id) && !opens(sealer, id, check)) {
                throw new KeyRingException("key \"" + id
                        + "\" of the key ring is not the one that this database was sealed with; nothing was written");
            }
        });
    }

    private static boolean opens(Sealer sealer, String id, byte[] check) {
        try {
            return sealer.unseal(check, context(id)).equals(CONSTANT);
        } catch (SealBroken otherKey) {
            return false;
        }
    }

    private static SealContext context(String id) {
        return SealContext.of("key_check", "sealed", id);
    }
}
