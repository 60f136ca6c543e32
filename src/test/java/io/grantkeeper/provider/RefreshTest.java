package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.secret.SealBroken;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefreshTest {

    private static final Duration SIXTY_DAYS = Duration.ofDays(60);

    private final Provider threads = provider("https://graph.acme.example/refresh", "86400");

    @Test
    void aTokenThatRenewsItselfIsRenewedAtHalfOfItsLife() {
        assertThat(threads.refresh().keepAlive(Optional.of(Duration.ofDays(50))))
                .contains(Duration.ofDays(25));
        assertThat(threads.refresh().keepAlive(Optional.empty())).contains(Duration.ofDays(30));
    }

    @Test
    void itIsRenewedNoSoonerThanTheProviderDoesThat() {
        assertThat(threads.refresh().keepAlive(Optional.of(Duration.ofDays(1)))).contains(Duration.ofDays(1));
    }

    @Test
    void aRefreshTokenIsUsedAtHalfOfItsIdleTime() {
        // Given
        Refresh refresh = new Refresh(
                true,
                true,
                Duration.ZERO,
                Optional.of(Duration.ofHours(1)),
                Optional.of(new Refresh.Limit(SIXTY_DAYS, true)),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        // Then
        assertThat(refresh.keepAlive(Optional.of(Duration.ofHours(1)))).contains(Duration.ofDays(30));
        assertThat(Refresh.UNKNOWN.keepAlive(Optional.of(Duration.ofHours(1)))).isEmpty();
    }

    @Test
    void aTokenIsTooYoungUntilItIsAsOldAsTheProviderWantsIt() {
        assertThat(threads.refresh().isTooYoung(Duration.ofDays(1).minusSeconds(1)))
                .isTrue();
        assertThat(threads.refresh().isTooYoung(Duration.ofDays(1))).isFalse();
        assertThat(Refresh.UNKNOWN.isTooYoung(Duration.ZERO)).isFalse();
    }

    @Test
    void tokensAreSealedForWhereTheyRenewThemselvesToo() {
        // Given
        Provider instagram = provider("https://api.acme.example/refresh", "0");

        // Then
        assertThat(threads.tokenEndpointOrigin(ConnectionFields.NONE)).isEqualTo("https://graph.acme.example");
        assertThat(instagram.tokenEndpointOrigin(ConnectionFields.NONE))
                .isEqualTo("https://graph.acme.example https://api.acme.example");
    }

    @Test
    void thatIsSoWhereItDependsOnAFieldAsWell() {
        // Given
        Provider shops = TestProviders.of("""
                id: shops
                name: Shops
                connection_fields: {shop: {label: Shop, example: a, pattern: '[a-z]+'}}
                authorization_url: https://shops.example/authorize
                token_url: https://shops.example/token
                refresh:
                  access_token_ttl: 5184000
                  renews_itself: {url: 'https://{shop}.shops.example/longer', params: {token: '{refresh_token}'}}
                """);

        // Then
        assertThat(shops.tokenEndpointOrigin(ConnectionFields.of(Map.of("shop", "toys"))))
                .isEqualTo("https://shops.example https://toys.shops.example");
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> shops.tokenEndpointOrigin(ConnectionFields.of(Map.of("shop", "evil.example/"))));
    }

    private static Provider provider(String renewal, String notBefore) {
        return TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://acme.example/authorize
                token_url: https://graph.acme.example/token
                refresh:
                  issues_refresh_token: never
                  access_token_ttl: 5184000
                  renews_itself: {url: '%s', params: {token: '{access_token}'}, not_before: %s}
                """.formatted(renewal, notBefore));
    }
}
