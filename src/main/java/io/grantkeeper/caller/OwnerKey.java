package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/** The secret of the local owner: 64 hexadecimal digits in a file that nobody else can read. */
public final class OwnerKey {

    /** Its name in the home folder. */
    public static final String FILE = "owner.key";

    private static final int KEY_BYTES = 32;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    private final HmacKey key;

    private OwnerKey(HmacKey key) {
        this.key = key;
    }

    /**
     * The key in a home folder that exists; makes one at the first start.
     *
     * <p>It blocks, so it is for the start.
     */
    public static OwnerKey readOrCreate(Path home, Randomness randomness) {
        Path file = home.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                create(file, randomness.hex(KEY_BYTES) + "\n");
            }
            return parse(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the owner's key " + file + " can't be read or made", unreadable);
        }
    }

    /** The key that requests are signed with, {@code keyid} {@link LocalOwner#NAME}. */
    HmacKey signing() {
        return key;
    }

    /** A key for one other purpose, from which this one can't be found (HKDF-Expand, RFC 5869 §2.3, one block). */
    HmacKey derived(String purpose) {
        return HmacKey.of(key.sign((purpose + '\u0001').getBytes(UTF_8)));
    }

    /** Whole under another name first, so that whoever finds the file finds all of it. */
    private static void create(Path file, String digits) throws IOException {
        Path fresh = Files.createTempFile(
                file.getParent(),
                FILE,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = UTF_8.encode(digits);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException another) {
            // Whoever was first made the key.
        } finally {
            Files.delete(fresh);
        }
    }

    private static OwnerKey parse(String digits) {
        if (!DIGITS.matcher(digits).matches()) {
            throw new IllegalStateException(FILE + " is not 64 hexadecimal digits");
        }
        return new OwnerKey(HmacKey.ofHex(Secret.of(digits)));
    }
}
