package io.grantkeeper.boot;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL that comes along for this machine, as the tar archive of io.zonky.test.postgres.
 *
 * <p>That project's launcher is left aside. It starts with trust authentication, gives the password to whoever answers
 * on the port, leaves half unpacked programs in place, makes folders writable for all, and works in {@code /tmp}.
 */
final class PostgresArchive {

    private static final int OWNER_MAY_EXECUTE = 0100;

    private final URL resource;

    private PostgresArchive(URL resource) {
        this.resource = resource;
    }

    static PostgresArchive ofThisMachine() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static PostgresArchive of(String system, String processor) {
        URL resource = PostgresArchive.class.getResource(
                "/postgres-%s-%s.txz".formatted(systemName(system), processorName(processor)));
        if (resource == null) {
            throw new EmbeddedDatabaseException(("Grantkeeper brings no PostgreSQL for %s on %s."
                            + " Set GRANTKEEPER_DATABASE_URL to a PostgreSQL of your own.")
                    .formatted(system, processor));
        }
        return new PostgresArchive(resource);
    }

    private static String systemName(String name) {
        return name.startsWith("Mac") ? "darwin" : name.toLowerCase(Locale.ROOT);
    }

    private static String processorName(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> name;
        };
    }

    /** The folder of these very programs below the given one, unpacked unless it is there from an earlier start. */
    Path unpackedBelow(Path folder) throws IOException {
        Path unpacked = folder.resolve(digest());
        if (!Files.exists(unpacked)) {
            Files.createDirectories(folder, PrivateFiles.FOLDER);
            // The name appears when all is there: a start that died on the way leaves nothing that looks finished.
            Path unfinished = Files.createTempDirectory(folder, "unfinished-");
            unpackInto(unfinished);
            PrivateFiles.moveDurably(unfinished, unpacked);
        }
        return unpacked;
    }

    /** Removes what older versions and unfinished starts left beside the folder that is in use. */
    static void removeOthers(Path unpacked) throws IOException {
        try (Stream<Path> siblings = Files.list(unpacked.resolveSibling(""))) {
            for (Path other :
                    siblings.filter(sibling -> !sibling.equals(unpacked)).toList()) {
                PrivateFiles.deleteTree(other);
            }
        }
    }

    /** Another archive gets another folder. */
    private String digest() throws IOException {
        MessageDigest digest = sha256();
        try (InputStream content = resource.openStream();
                OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            content.transferTo(sink);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private void unpackInto(Path folder) throws IOException {
        try (TarArchiveInputStream archive = new TarArchiveInputStream(new XZInputStream(resource.openStream()))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                unpack(entry, archive, folder);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        requireWithin(folder, path);
        Files.createDirectories(entry.isDirectory() ? path : path.resolveSibling(""), PrivateFiles.FOLDER);
        if (entry.isSymbolicLink()) {
            requireWithin(folder, path.resolveSibling(entry.getLinkName()));
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            write(path, content, permissions(entry));
        }
    }

    private static void requireWithin(Path folder, Path path) throws IOException {
        if (!path.normalize().startsWith(folder)) {
            throw new IOException("the archive of PostgreSQL points out of its folder to " + path);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(TarArchiveEntry entry) {
        return (entry.getMode() & OWNER_MAY_EXECUTE) == 0 ? PrivateFiles.FILE : PrivateFiles.PROGRAM;
    }

    private static void write(Path path, InputStream content, FileAttribute<?> permissions) throws IOException {
        try (FileChannel file = FileChannel.open(path, Set.of(CREATE_NEW, WRITE), permissions)) {
            content.transferTo(Channels.newOutputStream(file));
            file.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
