package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "' 30 ', 30", "300, 300", "007, 7"})
    void secondsAreSeconds(String header, long seconds) {
        assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "'Fri, 01 May 2026 12:00:30 GMT', 30",
        "'Fri, 01 May 2026 12:05:00 GMT', 300",
        "'Fri, 01 May 2026 12:00:00 GMT', 0"
    })
    void aDateIsComparedWithOurClock(String header, long seconds) {
        assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @Test
    void aDateInThePastIsNow() {
        assertThat(RetryAfter.parse("Fri, 01 May 2015 12:00:00 GMT", NOW)).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "301",
                "999999999",
                "1000000000",
                "99999999999999999999999999",
                "Fri, 01 May 2026 12:05:01 GMT",
                "Sat, 01 May 2027 12:00:00 GMT"
            })
    void F56_anAbsurdWaitIsCutToFiveMinutes(String header) {
        assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "-1",
                "1.5",
                "+5",
                "0x10",
                "\u0663",
                "Fri, 31 Feb 2026 12:00:00 GMT",
                "2026-05-01T12:00:30Z"
            })
    void whatIsNeitherIsNoWait(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isEmpty();
    }
}
