package io.grantkeeper.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

/** The time of a token's end, as providers write it that tell no lifetime. */
final class ExpiryTime {

    /** As seconds it would lie three thousand years ahead: more than this are milliseconds. */
    private static final double MOST_SECONDS = 1e11;

    /** ISO 8601; the offset may lack its colon, and without one it is UTC. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .parseLenient()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private ExpiryTime() {}

    /** Seconds or milliseconds since 1970, as a number or as text, or a time in ISO 8601; empty where it is neither. */
    static Optional<Instant> read(JsonNode value) {
        double number = value.asDouble(0);
        if (number >= 1) {
            return Optional.of(
                    number > MOST_SECONDS ? Instant.ofEpochMilli((long) number) : Instant.ofEpochSecond((long) number));
        }
        return value.isTextual() ? written(value.textValue().strip()) : Optional.empty();
    }

    private static Optional<Instant> written(String text) {
        try {
            TemporalAccessor time = TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
            return Optional.of(
                    time instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(time));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }
}
