package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads entries, by their schema and by what a schema cannot say.
 *
 * @param custom whether they are an operator's own
 * @param builtIn the providers whose words are taken
 * @param allowPrivate whether the provider of an id may live on http, loopback or private addresses
 */
record EntryReader(boolean custom, Providers builtIn, Predicate<String> allowPrivate) {

    /** @throws EntryRefused with everything that is wrong with it */
    Entry read(EntryFile file) {
        JsonNode tree = file.tree();
        return file.isJson() ? manifest(file, tree) : definition(file, tree, List.of());
    }

    private Entry manifest(EntryFile file, JsonNode tree) {
        refuse(EntrySchema.PLUGIN_MANIFEST.faults(file, tree));
        PluginManifest manifest = new PluginManifest(file, tree);
        refuse(manifest.faults(builtIn));
        if (manifest.isReference()) {
            return manifest.reference();
        }
        JsonNode entry = manifest.entry();
        return definition(
                file, entry, List.of(manifest.clientSettings(entry.path("id").asText())));
    }

    private Entry definition(EntryFile file, JsonNode tree, List<ClientSettings> before) {
        String id = tree.path("id").asText();
        boolean privately = custom && allowPrivate.test(id);
        refuse(Stream.concat(
                        EntrySchema.PROVIDER_ENTRY.faults(file, tree).stream(),
                        EntryChecks.faults(file, tree, builtIn, privately).stream())
                .toList());
        List<ClientSettings> clientSettings =
                Stream.concat(before.stream(), Stream.of(ClientSettings.of(id))).toList();
        Provider provider = ProviderEntry.of(tree).provider(clientSettings, custom, privately);
        return new Entry.Definition(file.name(), EntryFile.line(tree.path("id")), provider);
    }

    private static void refuse(List<Fault> faults) {
        if (!faults.isEmpty()) {
            throw new EntryRefused(faults);
        }
    }
}
