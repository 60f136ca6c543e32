package io.grantkeeper.connection;

import static io.grantkeeper.connection.TestConnections.OBTAINED;
import static io.grantkeeper.connection.TestConnections.connection;
import static io.grantkeeper.connection.TestConnections.held;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeldTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @CsvSource({
        // lifetime, age, minimum validity, fresh
        "3600, 0, 60, true",
        "3600, 3539, 60, true",
        "3600, 3540, 60, false",
        "3600, 3599, 60, false",
        "3600, 3599, 0, true",
        "3600, 3600, 0, false",
        "3600, 3601, 0, false"
    })
    void I4_aTokenIsFreshForTheMinimumValidity(long lifetime, long age, long minimum, boolean fresh) {
        assertThat(held(Duration.ofSeconds(lifetime), Duration.ofSeconds(age)).isFreshFor(Duration.ofSeconds(minimum)))
                .isEqualTo(fresh);
    }

    @ParameterizedTest
    @CsvSource({
        // A minute's token is never fresh for a minute: half of it is enough.
        "60, 0, 60, true",
        "60, 29, 60, true",
        "60, 30, 60, false",
        "60, 59, 60, false",
        // An hour asked of an hour's token.
        "3600, 1799, 3600, true",
        "3600, 1800, 3600, false",
        // Exactly half is the smaller of the two, and either way the same.
        "120, 59, 60, true",
        "120, 60, 60, false",
        "0, 0, 60, false"
    })
    void F60_halfTheLifetimeIsEnough(long lifetime, long age, long minimum, boolean fresh) {
        assertThat(held(Duration.ofSeconds(lifetime), Duration.ofSeconds(age)).isFreshFor(Duration.ofSeconds(minimum)))
                .isEqualTo(fresh);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 36_500})
    void aTokenThatDoesNotExpireIsFreshForEver(int days) {
        // Given
        Held held = held(null, Duration.ofDays(days));

        // Then
        assertThat(held.isFreshFor(HOUR)).isTrue();
        assertThat(held.isAlive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "3599999, true", "3600000, false", "3600001, false"})
    void I4_aTokenIsAliveBeforeItsExpiryAndNotAtIt(long millis, boolean alive) {
        assertThat(held(HOUR, Duration.ofMillis(millis)).isAlive()).isEqualTo(alive);
    }

    @Test
    void I4_whatIsFreshIsAlive() {
        for (int lifetime = 0; lifetime <= 8; lifetime++) {
            for (int age = 0; age <= 9; age++) {
                for (int minimum = 0; minimum <= 9; minimum++) {
                    Held held = held(Duration.ofSeconds(lifetime), Duration.ofSeconds(age));
                    if (held.isFreshFor(Duration.ofSeconds(minimum))) {
                        assertThat(held.isAlive())
                                .as("%d %d %d", lifetime, age, minimum)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void withoutAnAccessTokenNothingIsFresh() {
        // Given
        Held held = held(connection(), null, null, Duration.ZERO);

        // Then
        assertThat(held.isFreshFor(Duration.ZERO)).isFalse();
        assertThat(held.isAlive()).isFalse();
    }

    @Test
    void withoutARefreshTokenAUsersGrantCannotBeRefreshed() {
        assertThat(held(HOUR, Duration.ZERO).isRefreshable()).isFalse();
    }

    @Test
    void F44_aSetbackCountsUntilItsPauseIsOver() {
        // Given
        Held early = after(Setback.TRANSIENT, Duration.ofSeconds(4), Duration.ofSeconds(5));
        Held due = after(Setback.TRANSIENT, Duration.ofSeconds(5), Duration.ofSeconds(5));

        // Then
        assertThat(early.setback()).contains(Setback.TRANSIENT);
        assertThat(early.retryIn()).isEqualTo(Duration.ofSeconds(1));
        assertThat(due.setback()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // suspects, hours since the first; dead by the fifth over a day
        "5, 24, true",
        "6, 25, true",
        "4, 24, false",
        "5, 23, false",
        "0, 48, false"
    })
    void I3_unknownRefusalsMeanADeathOnlyAfterManyOverALongTime(int suspects, long hours, boolean dead) {
        // Given
        Held held = held(new Progress(
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Setback.SUSPECT),
                suspects,
                Optional.empty(),
                suspects,
                Optional.of(OBTAINED.minus(Duration.ofHours(hours)))));

        // Then
        assertThat(held.isSuspectFor(5, Duration.ofHours(24))).isEqualTo(dead);
    }

    @Test
    void aLeaseIsOneWhileItLasts() {
        // Given
        Held led = held(leasedUntil(OBTAINED.plusSeconds(1)));
        Held over = held(leasedUntil(OBTAINED));
        Held free = held(Progress.NONE);

        // Then
        assertThat(led.isLeased()).isTrue();
        assertThat(over.isLeased()).isFalse();
        assertThat(free.isLeased()).isFalse();
    }

    private static Held after(Setback setback, Duration since, Duration pause) {
        return held(new Progress(
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(setback),
                1,
                Optional.of(OBTAINED.plus(pause).minus(since)),
                0,
                Optional.empty()));
    }

    private static Progress leasedUntil(Instant until) {
        return new Progress(
                1, Optional.of(until), Optional.empty(), Optional.empty(), 0, Optional.empty(), 0, Optional.empty());
    }
}
