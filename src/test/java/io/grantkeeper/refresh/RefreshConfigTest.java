package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshConfigTest {

    @Test
    void theDeadlinesAreInTheirOrder() {
        // When
        RefreshConfig config = config(Map.of());

        // Then
        assertThat(config.callerDeadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.answerDeadline()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.lease()).isEqualTo(Duration.ofSeconds(35));
        assertThat(config.callerDeadline()).isLessThan(config.answerDeadline());
        assertThat(config.answerDeadline()).isLessThan(config.lease());
        assertThatCode(config::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "caller-deadline, 25s, grantkeeper.refresh.caller-deadline",
        "answer-deadline, 35s, grantkeeper.refresh.answer-deadline",
        "lease, 20s, grantkeeper.refresh.lease"
    })
    void deadlinesInAnotherOrderAreRefusedByName(String setting, String value, String named) {
        // Given
        RefreshConfig config = config(Map.of("grantkeeper.refresh." + setting, value));

        // Then
        assertThatThrownBy(config::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(named);
    }

    @Test
    void I5_aCallerIsAnsweredWithinTwelveSeconds() {
        assertThat(config(Map.of()).callerDeadline()).isLessThan(Duration.ofSeconds(12));
    }

    @Test
    void I9_oneConnectionIsNotForcedMoreThanTwiceAMinute() {
        assertThat(config(Map.of()).forcedEvery()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void I9_aBrokenProviderIsTriedTwiceAMinuteAtMost() {
        // When
        RefreshConfig config = config(Map.of());

        // Then
        assertThat(config.probeEvery()).isEqualTo(Duration.ofSeconds(30)).isGreaterThan(config.answerDeadline());
    }

    @Test
    void F58_fourDeathsThatAreMoreThanAFifthInTenMinutesAreAnIncident() {
        // When
        RefreshConfig config = config(Map.of());

        // Then
        assertThat(config.incidentDeaths()).isEqualTo(4);
        assertThat(config.incidentShare()).isEqualTo(0.2);
        assertThat(config.incidentWindow()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void F46_F65_aProviderIsSpared() {
        // When
        RefreshConfig config = config(Map.of());

        // Then
        assertThat(config.callsPerProvider()).isEqualTo(64);
        assertThat(config.rampPerSecond()).isEqualTo(50);
    }

    @Test
    void anOperatorMaySetThem() {
        // When
        RefreshConfig config =
                config(Map.of("grantkeeper.refresh.caller-deadline", "8s", "grantkeeper.refresh.retry-after", "PT1M"));

        // Then
        assertThat(config.callerDeadline()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    static RefreshConfig config(Map<String, String> settings) {
        ConfigSource source = new PropertiesConfigSource(settings, "test", 500);
        return new SmallRyeConfigBuilder()
                .withMapping(RefreshConfig.class)
                .withSources(source)
                .withConverter(Duration.class, 100, RefreshConfigTest::duration)
                .build()
                .getConfigMapping(RefreshConfig.class);
    }

    /** As Quarkus reads durations. */
    private static Duration duration(String text) {
        return DurationConverter.parseDuration(text);
    }
}
