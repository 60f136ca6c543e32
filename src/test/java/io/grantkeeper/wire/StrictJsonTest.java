package io.grantkeeper.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    record Body(String text, List<String> list, Instant at) {}

    private final ObjectMapper json = strict();

    @Test
    void whatIsRightIsRead() throws JacksonException {
        assertThat(json.readValue("{\"text\":\"a\",\"list\":[\"b\"],\"at\":\"2026-05-01T12:00:00Z\"}", Body.class))
                .isEqualTo(new Body("a", List.of("b"), Instant.parse("2026-05-01T12:00:00Z")));
    }

    @Test
    void timesAreWrittenAsText() throws JacksonException {
        assertThat(json.writeValueAsString(new Body("a", List.of(), Instant.parse("2026-05-01T12:00:00Z"))))
                .isEqualTo("{\"text\":\"a\",\"list\":[],\"at\":\"2026-05-01T12:00:00Z\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"a\",\"canary\":1}",
                "{\"Text\":\"a\"}",
                "{\"text\":\"a\",\"text\":\"canary\"}",
                "{\"text\":\"a\"} canary",
                "{\"text\":\"a\"}{\"text\":\"canary\"}",
                "{\"text\":7}",
                "{\"text\":7.5}",
                "{\"text\":true}",
                "{\"text\":[\"canary\"]}",
                "{\"text\":{\"canary\":1}}",
                "{\"list\":\"canary\"}",
                "{\"list\":[7]}",
                "{\"list\":[true]}",
                "{\"list\":{\"0\":\"canary\"}}",
                "{\"text\":\"canary",
                "{'text':'canary'}",
                "{\"text\":\"a\",}",
                "[\"canary\"]",
                "\"canary\"",
                ""
            })
    void A129_whatIsNotMeantThatWayIsRefused(String body) {
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> json.readValue(body, Body.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"list\":["})
    void A129_deepNestingIsRefused(String opening) {
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> json.readValue(opening.repeat(10_000), Body.class));
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> json.readTree(opening.repeat(10_000)));
    }

    private static ObjectMapper strict() {
        ObjectMapper mapper = new ObjectMapper().registerModule(new JavaTimeModule());
        new StrictJson().customize(mapper);
        return mapper;
    }
}
