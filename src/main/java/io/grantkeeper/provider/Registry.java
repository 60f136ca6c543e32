package io.grantkeeper.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Built-in providers and an operator's entries put together. An entry takes the place of the built-in provider of its id,
 * so that no new version of this program shuts out what an operator has written before. Among the operator's own files a
 * word is given once: an entry that would take the id of another file's provider, or another's word for its scopes, stays
 * out and is told of.
 */
final class Registry {

    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final Set<String> operators = new HashSet<>();
    private final List<Fault> faults = new ArrayList<>();

    private Registry() {}

    static Registry of(Collection<Provider> builtIn, Collection<Entry> operators) {
        Registry registry = new Registry();
        builtIn.forEach(provider -> registry.providers.put(provider.id(), provider));
        operators.stream().filter(Entry.Definition.class::isInstance).forEach(registry::add);
        operators.stream().filter(Entry.Reference.class::isInstance).forEach(registry::add);
        return registry;
    }

    Collection<Provider> providers() {
        return List.copyOf(providers.values());
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    private void add(Entry entry) {
        switch (entry) {
            case Entry.Definition definition ->
                objection(definition.provider())
                        .map(definition::fault)
                        .ifPresentOrElse(faults::add, () -> put(definition.provider()));
            case Entry.Reference reference ->
                providers.computeIfPresent(
                        reference.provider(), (id, provider) -> provider.alsoConfiguredBy(reference.clientSettings()));
        }
    }

    private Optional<String> objection(Provider provider) {
        if (operators.contains(provider.id())) {
            return Optional.of("the id " + provider.id() + " is that of another file's provider");
        }
        return provider.services().keySet().stream()
                .filter(service -> isAnothers(service, provider.id()))
                .findFirst()
                .map(service -> "the service " + service + " is that of another file's provider");
    }

    private boolean isAnothers(String service, String id) {
        return providers.values().stream()
                .anyMatch(provider ->
                        !provider.id().equals(id) && provider.services().containsKey(service));
    }

    private void put(Provider provider) {
        providers.put(provider.id(), provider);
        operators.add(provider.id());
    }
}
