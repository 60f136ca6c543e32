package io.grantkeeper.provider;

import io.grantkeeper.rehearsal.EntryText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the built-in providers. */
public final class BuiltInEntries {

    private static final Path FOLDER = Path.of("src/main/resources/providers");

    private BuiltInEntries() {}

    /** Every file of the folder, by the order of their names. */
    public static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> !file.endsWith("index")).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What they say. */
    public static List<EntryText> texts() {
        return files().stream().map(BuiltInEntries::text).toList();
    }

    private static EntryText text(Path file) {
        try {
            return EntryText.of(new EntryFile(file.getFileName().toString(), Files.readString(file)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
