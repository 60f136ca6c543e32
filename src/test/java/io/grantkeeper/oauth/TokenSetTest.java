package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenSetTest {

    @Test
    void whatTheWayTookIsTakenFromTheLifetime() {
        assertThat(living(Duration.ofSeconds(60)).aged(Duration.ofSeconds(7)).expiresIn())
                .contains(Duration.ofSeconds(53));
    }

    @Test
    void aTokenThatExpiredOnItsWayHasNothingLeft() {
        assertThat(living(Duration.ofSeconds(5)).aged(Duration.ofSeconds(7)).expiresIn())
                .contains(Duration.ZERO);
    }

    @Test
    void aLifetimeThatWasNotToldStaysUntold() {
        TokenSet tokens = new TokenSet(
                Secret.of("at"), "Bearer", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(tokens.aged(Duration.ofSeconds(7))).isEqualTo(tokens);
    }

    @Test
    void aRefreshTokensLifetimeIsCountedAsAnAccessTokensIs() {
        // Given
        Instant now = Instant.parse("2026-05-01T12:00:00Z");
        TokenSet told = refreshable(new Lifetime(Optional.of(Duration.ofDays(30)), Optional.of(now)));
        TokenSet endTold = refreshable(new Lifetime(Optional.empty(), Optional.of(now.plusSeconds(60))));
        TokenSet past = refreshable(new Lifetime(Optional.empty(), Optional.of(now)));

        // Then
        assertThat(told.countedFrom(now).refreshExpiresIn()).contains(Duration.ofDays(30));
        assertThat(told.aged(Duration.ofDays(31)).refreshExpiresIn()).contains(Duration.ZERO);
        assertThat(endTold.countedFrom(now).aged(Duration.ofSeconds(7)).refreshExpiresIn())
                .contains(Duration.ofSeconds(53));
        assertThat(past.countedFrom(now).refreshExpiresIn()).isEmpty();
    }

    private static TokenSet refreshable(Lifetime refreshLifetime) {
        return new TokenSet(
                Secret.of("at"),
                "Bearer",
                Optional.empty(),
                Optional.of(Secret.of("rt")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                refreshLifetime,
                Told.NOTHING);
    }

    @Test
    void scopesTakeTheirOtherNames() {
        TokenSet tokens = living(Duration.ofSeconds(5)).renamed(scopes -> new LinkedHashSet<>(List.of("renamed")));

        assertThat(tokens.scopes()).contains(new LinkedHashSet<>(List.of("renamed")));
        assertThat(tokens.refreshToken()).contains(Secret.of("rt"));
        assertThat(tokens.idToken()).contains(Secret.of("id"));
    }

    private static TokenSet living(Duration lifetime) {
        return new TokenSet(
                Secret.of("at"),
                "Bearer",
                Optional.of(lifetime),
                Optional.of(Secret.of("rt")),
                Optional.of(new LinkedHashSet<>(List.of("a"))),
                Optional.of(Secret.of("id")));
    }
}
