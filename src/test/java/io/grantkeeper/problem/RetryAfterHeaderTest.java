package io.grantkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterHeaderTest {

    private static final double ALMOST_ONE = Math.nextDown(1.0);

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "999, 1", "1000, 1", "1001, 2", "29300, 30"})
    void aWaitIsRoundedUpToWholeSeconds(long millis, long seconds) {
        assertThat(RetryAfterHeader.seconds(Duration.ofMillis(millis))).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "4, 5", "30, 37", "300, 375"})
    void F45_aWaitThatManyAreToldIsUpToAQuarterLonger(long seconds, long longest) {
        assertThat(RetryAfterHeader.spreadSeconds(Duration.ofSeconds(seconds), 0))
                .isEqualTo(seconds);
        assertThat(RetryAfterHeader.spreadSeconds(Duration.ofSeconds(seconds), ALMOST_ONE))
                .isEqualTo(longest);
    }

    @Test
    void F45_everySecondOfTheQuarterIsTold() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(each -> RetryAfterHeader.spreadSeconds(Duration.ofSeconds(30), each / 1000.0))
                        .distinct())
                .containsExactly(30L, 31L, 32L, 33L, 34L, 35L, 36L, 37L);
    }
}
