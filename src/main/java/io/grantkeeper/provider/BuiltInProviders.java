package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The providers that come with the program. A native executable cannot list a folder of it, so an index does. Nothing is
 * checked here: a test has done that, with all that an operator's entries are held to.
 */
public final class BuiltInProviders {

    static final String FOLDER = "providers/";

    private static final FutureTask<List<Provider>> LOADING = new FutureTask<>(BuiltInProviders::read);

    private BuiltInProviders() {}

    /** Begins to read them, while the rest of the service starts. */
    public static void readAhead() {
        Thread.ofPlatform().daemon().name("built-in providers").start(LOADING);
    }

    /** All of them, read once. Waits where they are being read. */
    static List<Provider> load() {
        LOADING.run();
        try {
            return LOADING.get();
        } catch (ExecutionException unreadable) {
            throw new IllegalStateException("the built-in providers cannot be read", unreadable.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static List<String> names() {
        return Resources.text(FOLDER + "index").lines().toList();
    }

    private static List<Provider> read() {
        YAMLMapper yaml = new YAMLMapper();
        return names().stream().map(name -> provider(yaml, name)).toList();
    }

    private static Provider provider(YAMLMapper yaml, String name) {
        try {
            JsonNode tree = yaml.readTree(Resources.text(FOLDER + name));
            ClientSettings settings = ClientSettings.of(tree.path("id").asText());
            return ProviderEntry.of(tree).provider(List.of(settings), false, false);
        } catch (JsonProcessingException unreadable) {
            throw new IllegalStateException(name, unreadable);
        }
    }
}
