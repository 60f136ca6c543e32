package io.grantkeeper.refresh;

import io.grantkeeper.refresh.Breaker.Cause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What stands between refreshes and providers, in numbers. */
final class GateMeters {

    private final MeterRegistry registry;

    GateMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param open how many clients of the provider have a breaker that is open for that cause */
    void watch(String provider, Turnstile turnstile, ToDoubleFunction<Cause> open) {
        Gauge.builder("grantkeeper.provider.calls", turnstile, Turnstile::inside)
                .description("Refreshes that a provider is being asked for")
                .tag("provider", provider)
                .strongReference(true)
                .register(registry);
        for (Cause cause : Cause.values()) {
            Gauge.builder("grantkeeper.breaker.open", () -> open.applyAsDouble(cause))
                    .description("Clients that are kept from their provider")
                    .tag("provider", provider)
                    .tag("cause", cause.wireName())
                    .register(registry);
        }
    }

    void probe(String provider) {
        count("grantkeeper.breaker.probes", "Calls that tried whether a provider works again", provider);
    }

    void incident(String provider) {
        count("grantkeeper.incidents", "Times that too many grants of a provider died at once", provider);
    }

    void refused(String provider, Refusal.Reason reason) {
        Counter.builder("grantkeeper.refreshes.refused")
                .description("Refreshes that did not reach their provider, by what stood in the way")
                .tag("provider", provider)
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    private void count(String name, String description, String provider) {
        Counter.builder(name)
                .description(description)
                .tag("provider", provider)
                .register(registry)
                .increment();
    }
}
