package io.grantkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.secret.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientOrderTest {

    private static final Optional<ClientRegistration> CONFIGURED = Optional.of(client("ours", "configured"));
    private static final Optional<ClientRegistration> NOTHING = Optional.empty();

    @Test
    void whatCameWithTheGrantCountsBeforeTheOperatorsClientOfTheSameId() {
        assertThat(ClientOrder.atHand("ours", Optional.of(Secret.of("brought")), CONFIGURED))
                .contains(client("ours", "brought"));
    }

    @Test
    void theOperatorsClientOfThatIdCountsWithTheSecretThatItHasNow() {
        assertThat(ClientOrder.atHand("ours", Optional.empty(), CONFIGURED)).isEqualTo(CONFIGURED);
    }

    @Test
    void anotherClientOfTheOperatorsIsNotAtHand() {
        assertThat(ClientOrder.atHand("once-ours", Optional.empty(), CONFIGURED))
                .isEmpty();
        assertThat(ClientOrder.atHand("ours", Optional.empty(), NOTHING)).isEmpty();
    }

    @Test
    void theAccountsOwnCountsBeforeWhatTheOperatorHadOnce() {
        // Given
        StoredClient own = stored("acme");
        StoredClient operators = stored(StoredClient.OPERATORS);

        // Then
        assertThat(ClientOrder.first(List.of(operators, own))).contains(own);
        assertThat(ClientOrder.first(List.of(own, operators))).contains(own);
        assertThat(ClientOrder.first(List.of(operators))).contains(operators);
        assertThat(ClientOrder.first(List.of())).isEmpty();
    }

    @Test
    void aGrantOfAnotherClientThanThePresentOneIsToMove() {
        assertThat(ClientOrder.isOutOfDate("once-ours", false, Optional.of("ours")))
                .isTrue();
        assertThat(ClientOrder.isOutOfDate("ours", false, Optional.of("ours"))).isFalse();
    }

    @Test
    void aGrantThatCameWithItsClientStaysWithIt() {
        assertThat(ClientOrder.isOutOfDate("theirs", true, Optional.of("ours"))).isFalse();
    }

    @Test
    void whereNothingNewCanBeBegunThereIsNothingToMoveTo() {
        assertThat(ClientOrder.isOutOfDate("once-ours", false, Optional.empty()))
                .isFalse();
    }

    private static ClientRegistration client(String id, String secret) {
        return new ClientRegistration(id, Optional.of(Secret.of(secret)));
    }

    private static StoredClient stored(String account) {
        return new StoredClient(account, "acme", "ours", null, Instant.EPOCH);
    }
}
