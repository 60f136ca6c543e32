package io.grantkeeper.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

class RefreshConfigTest {

    @Test
    void theDeadlinesAreInTheirOrder() {
        // When
        RefreshConfig config = config(Map.of());

        // Then
        assertThat(config.callerDeadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.answerDeadline()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.callerDeadline()).isLessThan(config.answerDeadline());
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
    void anOperatorMaySetThem() {
        // When
        RefreshConfig config =
                config(Map.of("grantkeeper.refresh.caller-deadline", "8s", "grantkeeper.refresh.retry-after", "PT1M"));

        // Then
        assertThat(config.callerDeadline()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    private static RefreshConfig config(Map<String, String> settings) {
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
