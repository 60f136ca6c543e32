package io.grantkeeper.refresh;

import static io.grantkeeper.refresh.Urgency.BACKGROUND;
import static io.grantkeeper.refresh.Urgency.DEMANDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.refresh.Ramp.Rate;
import io.grantkeeper.refresh.Ramp.Slot;
import io.grantkeeper.refresh.Ramp.Slot.Later;
import io.grantkeeper.refresh.Ramp.Slot.Start;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RampTest {

    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Rate RATE = new Rate(50, 1);

    private final Ramp ramp = new Ramp(PATIENCE);
    private Duration now = Duration.ofMinutes(7);

    @Test
    void F46_refreshesStartOneAfterTheOther() {
        assertThat(slots(3)).containsExactly(start(0), start(20), start(40));
    }

    @Test
    void nothingIsSavedUp() {
        // Given
        slots(1);

        // When
        now = now.plusSeconds(10);

        // Then
        assertThat(slots(2)).containsExactly(start(0), start(20));
    }

    @Test
    void F46_tenThousandAtOnceAreServedOrSpreadOverThreeMinutes() {
        // When
        List<Slot> slots = slots(10_000);

        // Then
        assertThat(slots).filteredOn(Start.class::isInstance).hasSize(401);
        assertThat(slots.stream().filter(Later.class::isInstance).map(each -> ((Later) each).retryAfter()))
                .hasSize(9_599)
                .doesNotHaveDuplicates()
                .allSatisfy(wait -> assertThat(wait).isBetween(PATIENCE, Duration.ofSeconds(200)));
    }

    @Test
    void nobodyIsSentAwayForLongerThanFiveMinutes() {
        assertThat(slots(40_000).stream().filter(Later.class::isInstance).map(each -> ((Later) each).retryAfter()))
                .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofMinutes(5)));
    }

    @Test
    void inTheBackgroundOneStartsWhereNobodyIsInLine() {
        assertThat(ramp.slot(BACKGROUND, RATE, now)).isEqualTo(start(0));
        assertThat(ramp.slot(BACKGROUND, RATE, now)).isEqualTo(new Later(PATIENCE));
        assertThat(ramp.slot(DEMANDED, RATE, now)).isEqualTo(start(20));

        // When
        now = now.plusMillis(40);

        // Then
        assertThat(ramp.slot(BACKGROUND, RATE, now)).isEqualTo(start(0));
    }

    @Test
    void replicasShareTheRate() {
        assertThat(slots(new Rate(50, 2), 3)).containsExactly(start(0), start(40), start(80));
    }

    @Test
    void F46_whoIsSentAwayReturnsAtTheRateOfAllReplicas() {
        // When
        List<Slot> slots = slots(new Rate(50, 2), 204);

        // Then
        assertThat(slots.subList(201, 204))
                .containsExactly(
                        new Later(PATIENCE), new Later(PATIENCE.plusMillis(20)), new Later(PATIENCE.plusMillis(40)));
    }

    @CanIgnoreReturnValue
    private List<Slot> slots(int count) {
        return slots(RATE, count);
    }

    private List<Slot> slots(Rate rate, int count) {
        return Stream.generate(() -> ramp.slot(DEMANDED, rate, now))
                .limit(count)
                .toList();
    }

    private static Start start(long milliseconds) {
        return new Start(Duration.ofMillis(milliseconds));
    }
}
