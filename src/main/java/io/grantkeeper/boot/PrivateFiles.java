package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files and folders that are their owner's alone from the moment they exist: nothing is opened first and closed later. */
final class PrivateFiles {

    static final FileAttribute<Set<PosixFilePermission>> FOLDER = asFileAttribute(fromString("rwx------"));
    static final FileAttribute<Set<PosixFilePermission>> FILE = asFileAttribute(fromString("rw-------"));
    static final FileAttribute<Set<PosixFilePermission>> PROGRAM = FOLDER;

    private PrivateFiles() {}

    /** Writes the whole file or none of it, whenever the machine stops. */
    static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), FILE)) {
            ByteBuffer bytes = UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        moveDurably(fresh, file);
    }

    /** Gives what was written and forced to disk its name: after a crash the name stands for all of it, or for nothing. */
    static void moveDurably(Path from, Path to) throws IOException {
        Files.move(from, to, ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(to.resolveSibling("."), READ)) {
            folder.force(true);
        }
    }

    /** Nobody but the owner may do anything with it. */
    static boolean isPrivate(Path path) throws IOException {
        return FOLDER.value().containsAll(Files.getPosixFilePermissions(path));
    }

    static boolean othersMayWrite(Path path) throws IOException {
        return !Collections.disjoint(Files.getPosixFilePermissions(path), EnumSet.of(GROUP_WRITE, OTHERS_WRITE));
    }

    static boolean isEmptyFolder(Path path) throws IOException {
        try (Stream<Path> content = Files.list(path)) {
            return content.findAny().isEmpty();
        }
    }

    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
