package io.grantkeeper.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignsTest {

    private static final Instant TIME = Instant.parse("2026-05-01T12:00:00Z");
    private static final long START = -3;
    private static final String MISSED = "0:0";

    @Test
    void aLineIsNotAliveBeforeItHeardItself() {
        // Given
        Signs signs = Signs.from(START).sending(START);

        // When
        Signs heard = signs.hearing(new Sign(1, TIME, MISSED));

        // Then
        assertThat(signs.isAlive(START)).isFalse();
        assertThat(heard.isAlive(START)).isTrue();
    }

    @Test
    void F34_aSignIsGoodForFiveSecondsFromWhenItWasSent() {
        // When
        Signs signs = Signs.from(START).sending(START).hearing(new Sign(1, TIME, MISSED));

        // Then
        assertThat(signs.isAlive(after(Duration.ofSeconds(5)))).isTrue();
        assertThat(signs.isAlive(after(Duration.ofSeconds(5)) + 1)).isFalse();
        assertThat(signs.isOverdue(after(Duration.ofSeconds(5)) + 1)).isTrue();
    }

    @Test
    void aSignThatTookLongProvesOnlyWhatWasToldBeforeIt() {
        // Given
        Signs signs = Signs.from(START).sending(START).hearing(new Sign(1, TIME, MISSED));
        long sent = after(Duration.ofSeconds(2));

        // When
        Signs late = signs.sending(sent).hearing(new Sign(2, TIME.plusSeconds(6), MISSED));

        // Then
        assertThat(late.isAlive(sent + Duration.ofSeconds(5).toNanos())).isTrue();
        assertThat(late.isAlive(sent + Duration.ofSeconds(5).toNanos() + 1)).isFalse();
    }

    @Test
    void anotherSignThanTheAwaitedOneSaysNothing() {
        // Given
        Signs signs = Signs.from(START)
                .sending(START)
                .hearing(new Sign(1, TIME, MISSED))
                .sending(START);

        // When
        Signs same = signs.hearing(new Sign(1, TIME.plusSeconds(9), MISSED));

        // Then
        assertThat(same).isEqualTo(signs);
    }

    @Test
    void aSignIsDueAtOnceAndThenEveryTwoSeconds() {
        // Given
        Signs fresh = Signs.from(START);
        Signs heard = fresh.sending(START).hearing(new Sign(1, TIME, MISSED));

        // Then
        assertThat(fresh.isDue(START)).isTrue();
        assertThat(heard.isDue(after(Duration.ofMillis(1999)))).isFalse();
        assertThat(heard.isDue(after(Duration.ofSeconds(2)))).isTrue();
    }

    @Test
    void oneSignAtATimeIsOnItsWay() {
        // When
        Signs signs = Signs.from(START).sending(START);

        // Then
        assertThat(signs.isDue(after(Duration.ofSeconds(4)))).isFalse();
        assertThat(signs.patience(after(Duration.ofSeconds(4)))).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void F15_theTimeIsTheDatabasesAndGoesOnByOurMonotonicClock() {
        // When
        Signs signs = Signs.from(START).sending(START).hearing(new Sign(1, TIME, MISSED));

        // Then
        assertThat(signs.heard().orElseThrow().timeAt(after(Duration.ofMillis(1500))))
                .isEqualTo(TIME.plusMillis(1500));
    }

    @Test
    void F37_aSignTellsThatNoticesCouldNotBeSent() {
        // Given
        Signs first = Signs.from(START).sending(START).hearing(new Sign(1, TIME, MISSED));

        // When
        Signs same = first.sending(START).hearing(new Sign(2, TIME, MISSED));
        Signs more = same.sending(START).hearing(new Sign(3, TIME, "1:1"));

        // Then
        assertThat(Signs.from(START).hasMissedUntil(first)).isFalse();
        assertThat(first.hasMissedUntil(same)).isFalse();
        assertThat(same.hasMissedUntil(more)).isTrue();
    }

    private static long after(Duration duration) {
        return START + duration.toNanos();
    }
}
