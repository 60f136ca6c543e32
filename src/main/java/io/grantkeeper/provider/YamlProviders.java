package io.grantkeeper.provider;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The providers of the built-in entries, of those that other parts of the program bring, and of the operator's folder,
 * {@code GRANTKEEPER_PROVIDERS_DIR}.
 */
@Startup
@Singleton
public final class YamlProviders implements Providers {

    private static final Logger LOG = Logger.getLogger(YamlProviders.class);

    private final List<Provider> builtIn = BuiltInProviders.load();
    private final List<Entry> brought;
    private final Optional<EntryFolder> folder;
    private final Config config;
    private volatile Catalogue catalogue = new Catalogue(builtIn);
    private volatile List<Fault> faults = List.of();

    @Inject
    YamlProviders(Config config, Instance<EntryFile> brought) {
        this(config, brought.stream().toArray(EntryFile[]::new));
    }

    public YamlProviders(Config config, EntryFile... brought) {
        this.config = config;
        EntryReader reader = new EntryReader(true, catalogue, Settings.privateAllowed(config));
        this.brought = Stream.of(brought).map(reader::read).toList();
        catalogue = catalogue(Registry.of(builtIn, this.brought));
        folder = config.getOptionalValue("grantkeeper.providers-dir", String.class)
                .map(path -> new EntryFolder(Path.of(path), reader));
        reload();
    }

    /**
     * Looks at the operator's folder again, and says in the log what is newly wrong. To be called now and then on a
     * thread that may block.
     */
    public void reload() {
        folder.ifPresent(this::reload);
    }

    private synchronized void reload(EntryFolder entries) {
        entries.reload();
        Registry registry = Registry.of(
                builtIn,
                Stream.concat(brought.stream(), entries.entries().stream()).toList());
        List<Fault> now = new ArrayList<>(entries.faults());
        now.addAll(registry.faults());
        now.stream()
                .filter(fault -> !faults.contains(fault))
                .forEach(fault -> LOG.warnf("provider entry not taken: %s", fault));
        faults = List.copyOf(now);
        catalogue = catalogue(registry);
    }

    private Catalogue catalogue(Registry registry) {
        return new Catalogue(registry.providers().stream().map(this::operated).toList());
    }

    private Provider operated(Provider provider) {
        return provider.operated(field -> config.getOptionalValue(Settings.field(provider.id(), field), String.class));
    }

    /** What is wrong in the operator's folder at present. */
    public List<Fault> faults() {
        return faults;
    }

    @Override
    public Optional<Provider> find(String id) {
        return catalogue.find(id);
    }

    @Override
    public List<Provider> all() {
        return catalogue.all();
    }

    @Override
    public Optional<Service> findService(String alias) {
        return catalogue.findService(alias);
    }
}
