package io.grantkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Random;

/** Key rings as an operator makes them. */
public final class TestKeyRing {

    private static final Random RANDOM = new SecureRandom();

    private TestKeyRing() {}

    /** A ring with one new key, in a file that only its owner reads. */
    public static Path write(Path folder, String keyId) {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        String base64 = Canaries.add("key of the key ring", Base64.getEncoder().encodeToString(key));
        String json = "{\"primary\": \"" + keyId + "\", \"keys\": {\"" + keyId + "\": \"" + base64 + "\"}}";
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
