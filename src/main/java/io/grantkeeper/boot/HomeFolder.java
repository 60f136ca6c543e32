package io.grantkeeper.boot;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folder of one Grantkeeper, locked against a second one until it is closed or the process ends. */
final class HomeFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel lock;

    private HomeFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static HomeFolder open(Path folder) throws IOException {
        Path path = Files.createDirectories(folder, PrivateFiles.FOLDER).toRealPath();
        requireOurs(path);
        return new HomeFolder(path, lock(path));
    }

    Path path() {
        return path;
    }

    /** Whether Grantkeeper runs as root, as which PostgreSQL refuses to run. */
    static boolean isRoot() {
        return ourId() == 0;
    }

    /** Whoever can change the folder can put a data folder of their own there, or a password they know. */
    private static void requireOurs(Path path) throws IOException {
        if ((int) Files.getAttribute(path, "unix:uid") != ourId()) {
            throw new EmbeddedDatabaseException("The folder %s belongs to %s; Grantkeeper has to run as its owner."
                    .formatted(path, Files.getOwner(path).getName()));
        }
        if (PrivateFiles.othersMayWrite(path)) {
            throw new EmbeddedDatabaseException(
                    "The folder %1$s can be changed by other users; run: chmod 700 %1$s".formatted(path));
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve("lock"), Set.of(CREATE, WRITE), PrivateFiles.FILE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new EmbeddedDatabaseException("Another Grantkeeper is running on %s.".formatted(path));
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static long ourId() {
        return new UnixSystem().getUid();
    }

    /** Unlocks. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
