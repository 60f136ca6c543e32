package io.grantkeeper.caller;

import static io.grantkeeper.caller.SeenNonces.Verdict.FRESH;
import static io.grantkeeper.caller.SeenNonces.Verdict.FULL;
import static io.grantkeeper.caller.SeenNonces.Verdict.SEEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeenNoncesTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");

    private final SeenNonces nonces = new SeenNonces(Duration.ofSeconds(60), 1000, count -> new byte[count]);

    @Test
    void A62_aNonceIsKnownUntilItsSignatureHasRunOut() {
        // Given
        Instant expiresAt = START.plusSeconds(90);
        assertThat(nonces.remember("agent-1", "n1", expiresAt, START)).isEqualTo(FRESH);
        // Then
        for (int second = 0; second <= 90; second++) {
            assertThat(nonces.remember("agent-1", "n1", expiresAt, START.plusSeconds(second)))
                    .isEqualTo(SEEN);
        }
    }

    @Test
    void A75_memoryIsGivenBackByTime() {
        // Given
        for (int i = 0; i < 100; i++) {
            assertThat(nonces.remember("agent-1", "n" + i, START.plusSeconds(60), START))
                    .isEqualTo(FRESH);
        }
        assertThat(nonces.held()).isEqualTo(100);
        // When
        Instant later = START.plusSeconds(180);
        assertThat(nonces.remember("agent-1", "n", later.plusSeconds(60), later))
                .isEqualTo(FRESH);
        // Then
        assertThat(nonces.held()).isEqualTo(1);
    }

    @Test
    void A75_aMillionNoncesOfOneAgentAreBounded() {
        // When
        int taken = 0;
        for (int i = 0; i < 1_000_000; i++) {
            if (nonces.remember("agent-1", "n" + i, START.plusSeconds(60), START) == FRESH) {
                taken++;
            }
        }
        // Then
        assertThat(taken).isEqualTo(500);
        assertThat(nonces.held()).isEqualTo(500);
    }

    @Test
    void A75_agentsTogetherAreBoundedToo() {
        // Given
        for (int i = 0; i < 1000; i++) {
            assertThat(nonces.remember("agent-" + i % 4, "n" + i, START.plusSeconds(60), START))
                    .isEqualTo(FRESH);
        }
        // Then
        assertThat(nonces.remember("agent-5", "n", START.plusSeconds(60), START))
                .isEqualTo(FULL);
    }
}
