package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.refresh.DeathWatch.Tally;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeathWatchTest {

    private final DeathWatch watch = new DeathWatch(Duration.ofMinutes(10));

    @Test
    void aDeathIsAnAttemptToo() {
        assertThat(died(1, 0)).isEqualTo(new Tally(0, 1, 1));
    }

    @Test
    void aConnectionCountsOnceHoweverOftenItIsTried() {
        // Given
        watch.attempted(connection(1), minute(0));
        watch.attempted(connection(1), minute(1));
        died(2, 1);

        // When
        Tally tally = died(2, 2);

        // Then
        assertThat(tally).isEqualTo(new Tally(0, 1, 2));
    }

    @Test
    void whatIsTooOldIsForgotten() {
        // Given
        watch.attempted(connection(1), minute(0));
        died(2, 0);
        watch.attempted(connection(3), minute(0));
        watch.attempted(connection(3), minute(5));

        // When
        Tally tally = died(4, 11);

        // Then
        assertThat(tally).isEqualTo(new Tally(0, 1, 2));
    }

    @Test
    void F58_theShareHasToBeExceeded() {
        assertThat(new Tally(0, 1, 5).isMoreThan(0.2)).isFalse();
        assertThat(new Tally(1, 2, 9).isMoreThan(0.2)).isTrue();
        assertThat(new Tally(0, 1, 1).isMoreThan(0.2)).isTrue();
    }

    @Test
    void anIncidentThatIsOverIsNoEvidence() {
        // Given
        died(1, 0);
        died(2, 0);

        // When
        watch.forget();

        // Then
        assertThat(died(3, 1)).isEqualTo(new Tally(0, 1, 1));
    }

    @Test
    void F58_aDeathBeyondDoubtIsNoEvidence() {
        // Given
        died(1, 0);
        died(2, 0);

        // When
        watch.settle(connection(2), minute(0));

        // Then
        assertThat(died(3, 1)).isEqualTo(new Tally(1, 2, 3));
        assertThat(watch.settled()).isEqualTo(Set.of(connection(2)));
        assertThat(died(2, 2)).isEqualTo(new Tally(2, 3, 3));
        assertThat(watch.settled()).isEmpty();
    }

    @Test
    void itsMemoryIsBounded() {
        // When
        for (int each = 0; each < 60_000; each++) {
            watch.attempted(connection(each), minute(0));
        }

        // Then
        assertThat(died(0, 0).attempts()).isEqualTo(50_000);
    }

    @CanIgnoreReturnValue
    private Tally died(int connection, int minute) {
        return watch.died(connection(connection), minute(minute));
    }

    private static Duration minute(int minute) {
        return Duration.ofMinutes(minute);
    }

    private static ConnectionId connection(int number) {
        return new ConnectionId(new UUID(0, number));
    }
}
