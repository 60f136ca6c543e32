package io.grantkeeper.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.Service;
import io.grantkeeper.provider.TestProviders;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

class ListingTest {

    private final Map<String, String> settings = new ConcurrentHashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private List<Provider> entries = List.of(acme("Acme"));
    private final Listing listing = new Listing(
            new Changing(),
            new ClientRegistrations(
                    new SmallRyeConfigBuilder().withSources(new LateSettings()).build()),
            new ObjectMapper(),
            nanos::get);

    @Test
    void oneAnswerServesManyRequests() {
        assertThat(listing.now()).isSameAs(listing.now());
    }

    @Test
    void anEntryThatChangedIsThereAtOnce() {
        // Given
        Listing.Rendered before = listing.now();

        // When
        entries = List.of(acme("Acme Corporation"));

        // Then
        assertThat(text(listing.now())).contains("Acme Corporation");
        assertThat(listing.now().tag()).isNotEqualTo(before.tag());
    }

    @Test
    void aClientThatIsConfiguredLaterIsThereAfterAFewSeconds() {
        // Given
        assertThat(text(listing.now())).contains("\"configured\":false");

        // When
        settings.put("grantkeeper.acme.client-id", "ours");
        settings.put("grantkeeper.acme.client-secret", "hush");
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        // Then
        assertThat(text(listing.now())).contains("\"configured\":true").doesNotContain("hush");
    }

    @Test
    void accountsWithTheSameClientsOfTheirOwnShareAnAnswerThatIsNotTheOthers() {
        // When
        Listing.Rendered all = listing.now();
        Listing.Rendered some = listing.now(Set.of("acme"));

        // Then
        assertThat(text(some)).contains("\"configured\":true");
        assertThat(some.tag()).isNotEqualTo(all.tag());
        assertThat(listing.now(Set.of("acme"))).isSameAs(some);
        assertThat(listing.now(Set.of())).isSameAs(all);
    }

    @Test
    void anEntryThatChangedIsThereAtOnceForAccountsWithAClientOfTheirOwn() {
        // Given
        Listing.Rendered before = listing.now(Set.of("acme"));

        // When
        entries = List.of(acme("Acme Corporation"));

        // Then
        assertThat(text(listing.now(Set.of("acme")))).contains("Acme Corporation");
        assertThat(listing.now(Set.of("acme")).tag()).isNotEqualTo(before.tag());
    }

    private static String text(Listing.Rendered rendered) {
        return new String(rendered.json(), UTF_8);
    }

    private static Provider acme(String name) {
        return TestProviders.of("""
                id: acme
                name: %s
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                """.formatted(name));
    }

    private final class Changing implements Providers {

        @Override
        public Optional<Provider> find(String id) {
            return entries.stream().filter(each -> each.id().equals(id)).findFirst();
        }

        @Override
        public List<Provider> all() {
            return entries;
        }

        @Override
        public Optional<Service> findService(String alias) {
            return Optional.empty();
        }
    }

    /** As files are that somebody writes while the service runs. */
    private final class LateSettings implements ConfigSource {

        @Override
        public Set<String> getPropertyNames() {
            return settings.keySet();
        }

        @Override
        public String getValue(String name) {
            return settings.get(name);
        }

        @Override
        public String getName() {
            return "settings";
        }
    }
}
