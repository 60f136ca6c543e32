package io.grantkeeper.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Key rings as an operator makes them. */
public final class TestKeyRing {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Random RANDOM = new SecureRandom();

    private TestKeyRing() {}

    /** A ring with one new key, in a file that only its owner reads. */
    public static Path write(Path folder, String keyId) {
        return file(folder, json(keyId, Map.of(keyId, key())));
    }

    /** Adds a new key to a ring, with which from now on all is sealed. */
    public static void promote(Path ring, String keyId) {
        Map<String, String> keys = keys(ring);
        keys.put(keyId, key());
        replace(ring, json(keyId, keys));
    }

    /** Takes an old key away. */
    public static void remove(Path ring, String keyId, String primary) {
        Map<String, String> keys = keys(ring);
        keys.remove(keyId);
        replace(ring, json(primary, keys));
    }

    /** The same ring in another file. */
    public static Path copy(Path ring, Path folder) {
        try {
            return file(folder, Files.readString(ring));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String key() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return Canaries.add("key of the key ring", Base64.getEncoder().encodeToString(key));
    }

    private static Map<String, String> keys(Path ring) {
        try {
            Map<String, String> keys = new TreeMap<>();
            JSON.readTree(ring.toFile())
                    .path("keys")
                    .properties()
                    .forEach(key -> keys.put(key.getKey(), key.getValue().asText()));
            return keys;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String json(String primary, Map<String, String> keys) {
        return JSON.createObjectNode()
                .put("primary", primary)
                .set("keys", JSON.valueToTree(keys))
                .toString();
    }

    /** At once, as a mounted secret is. */
    private static void replace(Path ring, String json) {
        try {
            Files.move(file(ring.getParent(), json), ring, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path file(Path folder, String json) {
        try {
            Path file = Files.createTempFile(
                    folder,
                    "keyring",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, json);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
