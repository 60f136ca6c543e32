package io.grantkeeper.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The registry as it is answered. It is put into words anew when entries have changed, and every few seconds besides, for
 * clients are configured in files too; no request pays for that but the first one then.
 */
@Singleton
@RegisterForReflection(targets = {ProviderView.class, ProviderView.Tool.class, ProviderView.Skill.class})
final class Listing {

    private static final Duration GOOD_FOR = Duration.ofSeconds(5);
    private static final int MOST_VARIANTS = 100;

    private final Providers providers;
    private final ClientRegistrations registrations;
    private final ObjectMapper mapper;
    private final LongSupplier nanoTime;
    private final AtomicReference<Rendered> last;

    @Inject
    Listing(Providers providers, ClientRegistrations registrations, ObjectMapper mapper) {
        this(providers, registrations, mapper, System::nanoTime);
    }

    Listing(Providers providers, ClientRegistrations registrations, ObjectMapper mapper, LongSupplier nanoTime) {
        this.providers = providers;
        this.registrations = registrations;
        this.mapper = mapper;
        this.nanoTime = nanoTime;
        this.last = new AtomicReference<>(rendered(providers.all(), Set.of()));
    }

    /**
     * The registry at one moment.
     *
     * @param of what it lists
     * @param at when that was, in monotonic nanoseconds
     * @param with the same where there are clients of an account's own at these providers besides
     */
    @SuppressWarnings("ArrayRecordComponent") // Written as it is, and compared by nobody.
    record Rendered(List<Provider> of, long at, byte[] json, ContentTag tag, Map<Set<String>, Rendered> with) {}

    /** The registry as it is now, or was a few seconds ago. */
    @SuppressWarnings("ReferenceEquality") // Another list is another reading of the entries.
    Rendered now() {
        Rendered known = last.get();
        List<Provider> all = providers.all();
        if (known.of() == all && nanoTime.getAsLong() - known.at() < GOOD_FOR.toNanos()) {
            return known;
        }
        Rendered fresh = rendered(all, Set.of());
        last.set(fresh);
        return fresh;
    }

    /** The same for an account that has clients of its own at these providers; accounts with the same ones share it. */
    Rendered now(Set<String> own) {
        Rendered known = now();
        if (own.isEmpty()) {
            return known;
        }
        if (known.with().size() >= MOST_VARIANTS) {
            known.with().clear();
        }
        return known.with().computeIfAbsent(own, at -> rendered(known.of(), at));
    }

    private Rendered rendered(List<Provider> all, Set<String> own) {
        byte[] json = json(all.stream()
                .map(provider -> ProviderView.of(
                        provider,
                        own.contains(provider.id())
                                || registrations.find(provider).isPresent()))
                .toList());
        return new Rendered(all, nanoTime.getAsLong(), json, ContentTag.of(json), new ConcurrentHashMap<>());
    }

    private byte[] json(List<ProviderView> views) {
        try {
            return mapper.writeValueAsBytes(views);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
