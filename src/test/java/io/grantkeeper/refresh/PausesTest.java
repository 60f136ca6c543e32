package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.Setback;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PausesTest {

    @ParameterizedTest
    @CsvSource({
        // setback, failures before, asked for by the provider (-1: nothing), pause
        "TRANSIENT, 0, -1, 1",
        "TRANSIENT, 1, -1, 2",
        "TRANSIENT, 4, -1, 16",
        "TRANSIENT, 5, -1, 30",
        "TRANSIENT, 1000000, -1, 30",
        "UNCERTAIN, 0, -1, 1",
        "MISCONFIGURED, 2, -1, 4",
        "SUSPECT, 0, -1, 30",
        // The provider's word is kept where it asks for more than we would wait, and never shortens the pause.
        "TRANSIENT, 0, 17, 17",
        "TRANSIENT, 0, 300, 300",
        "TRANSIENT, 4, 3, 16",
        "TRANSIENT, 0, 0, 1"
    })
    void F56_theLongerOfOurPauseAndTheProviders(Setback setback, int failures, long asked, long pause) {
        // Given
        Optional<Duration> retryAfter = asked < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(asked));

        // When
        Duration actual = Pauses.after(setback, failures, retryAfter);

        // Then
        assertThat(actual).isEqualTo(Duration.ofSeconds(pause));
    }

    @Test
    void F44_noFailureIsForgottenAtOnce() {
        for (Setback setback : Setback.values()) {
            assertThat(Pauses.after(setback, 0, Optional.empty())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }
}
