package io.grantkeeper.provider;

import java.util.List;

/** The providers that come with the program. A native executable cannot list a folder of it, so an index does. */
final class BuiltInProviders {

    private static final String FOLDER = "providers/";
    private static final EntryReader READER = new EntryReader(false, Providers.of(List.of()), id -> false);

    private BuiltInProviders() {}

    static List<Provider> load() {
        return Resources.text(FOLDER + "index")
                .lines()
                .map(BuiltInProviders::provider)
                .toList();
    }

    private static Provider provider(String name) {
        if (READER.read(new EntryFile(name, Resources.text(FOLDER + name))) instanceof Entry.Definition definition) {
            return definition.provider();
        }
        throw new IllegalStateException(name + " does not define a provider");
    }
}
