package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.time.Duration;
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
