package io.grantkeeper.boot;

import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.KeyRingException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The key ring that the service seals with: its file, read again when that changes. */
@Singleton
final class KeyRingFile {

    private static final Logger LOG = Logger.getLogger(KeyRingFile.class);

    private final Path file;
    private volatile KeyRing ring;

    KeyRingFile(@ConfigProperty(name = BootSettings.KEY_RING_FILE) Path file) {
        this.file = file;
        this.ring = read(file);
    }

    KeyRing current() {
        return ring;
    }

    /** Takes a changed file; one that cannot be used is told of, and the ring that was read last stays. */
    void reload() {
        try {
            KeyRing next = read(file);
            ring.requireSameKeysIn(next);
            ring = next;
        } catch (KeyRingException broken) {
            LOG.errorf("key ring not taken cause=%s", broken.getMessage());
        }
    }

    /** @throws KeyRingException with what is wrong, and no key material */
    static KeyRing read(Path file) {
        try {
            return KeyRing.parse(Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new KeyRingException("the key ring " + file + " is not there");
        } catch (IOException unreadable) {
            throw new KeyRingException("the key ring " + file + " cannot be read ("
                    + unreadable.getClass().getSimpleName() + ")");
        }
    }
}
