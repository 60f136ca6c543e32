package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An operator's folder of entries. What was last good in a file stays until something good replaces it or the file is
 * gone.
 *
 * <p>Texts are compared, not times: a mounted ConfigMap changes by moving a symbolic link, and two writes may fall into
 * one tick of a file system's clock.
 */
final class EntryFolder {

    private static final int LONGEST = 256 * 1024;

    /** Not the dot-files: Kubernetes keeps what the links of a mounted ConfigMap point to in {@code ..data}. */
    private static final Predicate<String> ENTRY =
            Pattern.compile("[^.].*\\.(yaml|yml|json)").asMatchPredicate();

    private final Path path;
    private final EntryReader reader;
    private final Predicate<String> named;
    private final SortedMap<String, Seen> files = new TreeMap<>();
    private Optional<Fault> unreadable = Optional.empty();

    EntryFolder(Path path, EntryReader reader) {
        this(path, reader, ENTRY);
    }

    /** @param named which of its files count */
    EntryFolder(Path path, EntryReader reader, Predicate<String> named) {
        this.path = path;
        this.reader = reader;
        this.named = named;
    }

    /** Looks at the folder again. */
    void reload() {
        try {
            List<String> names = names();
            files.keySet().retainAll(names);
            names.forEach(name -> files.put(name, look(name, files.getOrDefault(name, Seen.NEVER))));
            unreadable = Optional.empty();
        } catch (IOException failure) {
            unreadable = Optional.of(Fault.of(path.toString(), "the folder cannot be read"));
        }
    }

    /** What holds now, in the order of the files' names. */
    List<Entry> entries() {
        return files.values().stream().flatMap(file -> file.good().stream()).toList();
    }

    /** What the files hold with which nothing is wrong, in the order of their names. */
    SequencedMap<EntryFile, Entry> sound() {
        SequencedMap<EntryFile, Entry> sound = new LinkedHashMap<>();
        files.values()
                .forEach(seen -> seen.file()
                        .ifPresent(file -> sound.put(file, seen.good().orElseThrow())));
        return sound;
    }

    /** What is wrong now. */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(unreadable.stream().toList());
        files.values().forEach(file -> faults.addAll(file.faults()));
        return faults;
    }

    private Seen look(String name, Seen before) {
        try {
            EntryFile file = new EntryFile(name, text(name));
            return before.holds(file) ? before : Seen.good(file, reader.read(file));
        } catch (EntryRefused refused) {
            return before.refused(refused.faults());
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> list = Files.list(path)) {
            return list.filter(Files::isRegularFile)
                    .map(file -> path.relativize(file).toString())
                    .filter(named)
                    .toList();
        }
    }

    private String text(String name) {
        try (InputStream in = Files.newInputStream(path.resolve(name))) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new EntryRefused(List.of(Fault.of(name, "is longer than 256 KiB")));
            }
            return new String(bytes, UTF_8);
        } catch (IOException failure) {
            throw new EntryRefused(List.of(Fault.of(name, "cannot be read")));
        }
    }

    /**
     * What came of a file when it was last looked at.
     *
     * @param file as it was read, where it was good; what was wrong is read again each time
     * @param good what holds
     * @param faults why that is not what the file says
     */
    private record Seen(Optional<EntryFile> file, Optional<Entry> good, List<Fault> faults) {

        static final Seen NEVER = new Seen(Optional.empty(), Optional.empty(), List.of());

        static Seen good(EntryFile file, Entry entry) {
            return new Seen(Optional.of(file), Optional.of(entry), List.of());
        }

        boolean holds(EntryFile now) {
            return file.equals(Optional.of(now));
        }

        Seen refused(List<Fault> why) {
            return new Seen(Optional.empty(), good, why);
        }
    }
}
