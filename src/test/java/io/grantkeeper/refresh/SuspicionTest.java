package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.Outcome.Suspect.Cause;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    private static final Held OLD = TestConnections.suspected(4, Duration.ofHours(24));
    private static final Held YOUNG = TestConnections.suspected(4, Duration.ofHours(23));
    private static final Held SELDOM = TestConnections.suspected(3, Duration.ofHours(48));

    @Test
    void I3_theFifthUnknownRefusalOverADayIsADeath() {
        // Given
        Outcome refusal = new Suspect(Cause.UNKNOWN);

        // Then
        assertThat(Suspicion.judge(OLD, refusal)).isEqualTo(new Outcome.Dead(Reason.INVALID_GRANT));
        assertThat(Suspicion.judge(YOUNG, refusal)).isEqualTo(refusal);
        assertThat(Suspicion.judge(SELDOM, refusal)).isEqualTo(refusal);
    }

    @Test
    void I3_whatMayBeTheOperatorsMatterIsNeverADeath() {
        // Given
        Outcome refusal = new Suspect(Cause.MAYBE_MISCONFIGURED);

        // Then
        assertThat(Suspicion.judge(OLD, refusal)).isEqualTo(refusal);
    }

    @Test
    void I3_noOtherFailureIsADeathHoweverLongItLasts() {
        // Given
        Outcome failure = new Outcome.Transient(Optional.empty());

        // Then
        assertThat(Suspicion.judge(OLD, failure)).isEqualTo(failure);
        assertThat(Suspicion.judge(OLD, new Outcome.Uncertain())).isEqualTo(new Outcome.Uncertain());
        assertThat(Suspicion.judge(OLD, new Outcome.Misconfigured())).isEqualTo(new Outcome.Misconfigured());
    }
}
