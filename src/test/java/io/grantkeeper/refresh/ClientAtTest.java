package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.TestProviders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAtTest {

    private static final String SHOP = """
            id: google
            name: Shops
            connection_fields: {shop: {label: Shop, example: a, pattern: '[a-z]+'}}
            authorization_url: https://{shop}.acme.example/authorize
            token_url: https://{shop}.acme.example/token
            """;

    private final Held held = at("https://books.acme.example shop=books");

    @Test
    void whereThereIsOneOfTheProviderForEachConnectionTheTroubleOfOneIsItsOwn() {
        // When
        ClientAt manifold = ClientAt.of(held, Providers.of(List.of(TestProviders.of(SHOP))));
        ClientAt single = ClientAt.of(held, Providers.of(List.of(TestProviders.acme())));

        // Then
        assertThat(manifold.place()).isEqualTo("https://books.acme.example shop=books");
        assertThat(single.place()).isEmpty();
    }

    @Test
    void itsKeyIsReadAsItWasWritten() {
        ClientAt shop = new ClientAt("shopify", "https://books.acme.example shop=books", "ours");
        ClientAt plain = new ClientAt("google", "ours");

        assertThat(shop.key()).isEqualTo("shopify https://books.acme.example shop=books");
        assertThat(ClientAt.read(shop.key(), "ours")).isEqualTo(shop);
        assertThat(plain.key()).isEqualTo("google");
        assertThat(ClientAt.read(plain.key(), "ours")).isEqualTo(plain);
    }

    private static Held at(String issuer) {
        Held any = TestConnections.held(Duration.ofHours(1), Duration.ZERO);
        Connection connection = any.connection();
        return new Held(
                new Connection(
                        connection.id(),
                        connection.account(),
                        connection.createdBy(),
                        connection.provider(),
                        issuer,
                        connection.identity(),
                        connection.fields(),
                        connection.grant(),
                        connection.scopes(),
                        connection.state(),
                        connection.agents(),
                        connection.createdAt()),
                any.credential(),
                any.now());
    }
}
