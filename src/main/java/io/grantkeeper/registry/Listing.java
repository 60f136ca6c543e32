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
        this.last = new AtomicReference<>(rendered(providers.all()));
    }

    /**
     * The registry at one moment.
     *
     * @param of what it lists
     * @param at when that was, in monotonic nanoseconds
     */
    @SuppressWarnings("ArrayRecordComponent") // Written as it is, and compared by nobody.
    record Rendered(List<Provider> of, long at, byte[] json, ContentTag tag) {}

    /** The registry as it is now, or was a few seconds ago. */
    @SuppressWarnings("ReferenceEquality") // Another list is another reading of the entries.
    Rendered now() {
        Rendered known = last.get();
        List<Provider> all = providers.all();
        if (known.of() == all && nanoTime.getAsLong() - known.at() < GOOD_FOR.toNanos()) {
            return known;
        }
        Rendered fresh = rendered(all);
        last.set(fresh);
        return fresh;
    }

    private Rendered rendered(List<Provider> all) {
        byte[] json = json(all.stream()
                .map(provider ->
                        ProviderView.of(provider, registrations.find(provider).isPresent()))
                .toList());
        return new Rendered(all, nanoTime.getAsLong(), json, ContentTag.of(json));
    }

    private byte[] json(List<ProviderView> views) {
        try {
            return mapper.writeValueAsBytes(views);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
