package io.grantkeeper.provider;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * A file, or a folder such as {@code GRANTKEEPER_PROVIDERS_DIR} names, read as the service reads it: what is wrong, and what
 * would be taken.
 *
 * @param faults in the order of files and lines
 * @param taken in the order of files
 */
public record OperatorEntries(List<Fault> faults, List<Taken> taken) {

    /** What the service would go by. */
    public sealed interface Taken {

        Path path();

        /** An entry, or a plugin's manifest that is one. */
        record Definition(Path path, EntryFile file, Provider provider) implements Taken {}

        /** A plugin's manifest that uses a built-in provider. */
        record Reference(Path path, String provider) implements Taken {}
    }

    private static final Comparator<Fault> BY_PLACE =
            Comparator.comparing(Fault::file).thenComparingInt(Fault::line);

    /** @param config of which only {@code GRANTKEEPER_<ID>_ALLOW_PRIVATE} counts */
    public static OperatorEntries read(Path path, Config config) {
        EntryReader reader = new EntryReader(true, BuiltInWhenAsked.INSTANCE, Settings.privateAllowed(config));
        return Files.isDirectory(path) ? ofFolder(path, reader) : ofFile(path, reader);
    }

    private static OperatorEntries ofFolder(Path path, EntryReader reader) {
        // A fault of the folder itself carries its path already.
        return of(new EntryFolder(path, reader), name -> name.equals(path.toString()) ? path : path.resolve(name));
    }

    private static OperatorEntries ofFile(Path path, EntryReader reader) {
        Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        return of(new EntryFolder(folder, reader, String.valueOf(path.getFileName())::equals), name -> path);
    }

    private static OperatorEntries of(EntryFolder folder, Function<String, Path> paths) {
        folder.reload();
        List<Fault> faults = new ArrayList<>(folder.faults());
        // What is a built-in provider's own has been refused by the reader: only the files are held against each other.
        List<Fault> ofRegistry = Registry.of(List.of(), folder.entries()).faults();
        faults.addAll(ofRegistry);
        Set<String> left = ofRegistry.stream().map(Fault::file).collect(Collectors.toCollection(HashSet::new));
        return new OperatorEntries(
                faults.stream()
                        .map(fault -> fault.in(paths.apply(fault.file()).toString()))
                        .sorted(BY_PLACE)
                        .toList(),
                folder.sound().entrySet().stream()
                        .filter(file -> !left.contains(file.getKey().name()))
                        .map(file -> taken(file, paths.apply(file.getKey().name())))
                        .toList());
    }

    private static Taken taken(Map.Entry<EntryFile, Entry> file, Path path) {
        return switch (file.getValue()) {
            case Entry.Definition definition -> new Taken.Definition(path, file.getKey(), definition.provider());
            case Entry.Reference reference -> new Taken.Reference(path, reference.provider());
        };
    }

    /**
     * The provider of a file, which may live anywhere and be called as it likes.
     *
     * @throws EntryRefused with everything that is wrong with it else
     */
    public static Provider anywhere(EntryFile file) {
        Entry entry = new EntryReader(true, Providers.of(List.of()), id -> true).read(file);
        return switch (entry) {
            case Entry.Definition definition -> definition.provider();
            case Entry.Reference reference ->
                throw new IllegalArgumentException(file.name() + " describes no provider of its own");
        };
    }

    /** Most entries name no word that a built-in provider may have, and reading all of these takes its time. */
    private enum BuiltInWhenAsked implements Providers {
        INSTANCE;

        @Override
        public Optional<Provider> find(String id) {
            return builtIn().find(id);
        }

        @Override
        public List<Provider> all() {
            return builtIn().all();
        }

        @Override
        public Optional<Service> findService(String alias) {
            return builtIn().findService(alias);
        }

        private static Providers builtIn() {
            return Providers.of(BuiltInProviders.load());
        }
    }
}
