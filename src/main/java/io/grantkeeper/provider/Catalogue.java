package io.grantkeeper.provider;

import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Providers at one moment, with the look-ups that requests need. */
final class Catalogue implements Providers {

    private static final Comparator<Provider> BY_NAME =
            Comparator.comparing(Provider::name, String.CASE_INSENSITIVE_ORDER).thenComparing(Provider::id);

    private final List<Provider> all;
    /** As they are answered, so that no look-up makes anything. */
    private final Map<String, Optional<Provider>> byId;

    private final Map<String, Optional<Service>> byAlias;

    Catalogue(Collection<Provider> providers) {
        all = providers.stream().sorted(BY_NAME).toList();
        byId = all.stream().collect(toMap(Provider::id, Optional::of));
        byAlias = all.stream()
                .flatMap(provider -> provider.services().entrySet().stream()
                        .map(service -> Map.entry(service.getKey(), new Service(provider, service.getValue()))))
                .collect(toMap(Map.Entry::getKey, each -> Optional.of(each.getValue())));
    }

    @Override
    public Optional<Provider> find(String id) {
        return byId.getOrDefault(id, Optional.empty());
    }

    @Override
    public List<Provider> all() {
        return all;
    }

    @Override
    public Optional<Service> findService(String alias) {
        return byAlias.getOrDefault(alias, Optional.empty());
    }
}
