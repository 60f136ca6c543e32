package io.grantkeeper.oauth;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The {@code Retry-After} header (RFC 9110 §10.2.3): seconds or an HTTP date, believed up to five minutes. */
public final class RetryAfter {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private RetryAfter() {}

    public static Optional<Duration> parse(String header, Instant now) {
        return seconds(header.strip()).or(() -> date(header.strip(), now)).map(RetryAfter::bounded);
    }

    private static Optional<Duration> seconds(String header) {
        if (!header.matches("\\d+")) {
            return Optional.empty();
        }
        return Optional.of(header.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(header)));
    }

    private static Optional<Duration> date(String header, Instant now) {
        try {
            ZonedDateTime when = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(now, when.toInstant()));
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
