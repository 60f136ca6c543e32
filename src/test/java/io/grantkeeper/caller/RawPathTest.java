package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/apps",
                "/api/apps/",
                "/api/apps/0196/proxy/v1/users/me@example.com",
                "/api/apps/0196/proxy/calendars/a%40b.example/events:watch",
                "/a/...",
                "/a/.well-known",
                "/a/..b/c.."
            })
    void aPathWithOneReadingIsTaken(String path) {
        assertThat(new RawPath(path).isPlain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "api/apps",
                "//api/apps",
                "/api//apps",
                "/api/apps//",
                "/api/./apps",
                "/api/../apps",
                "/api/apps/..",
                "/api/apps/.",
                "/api/%2e/apps",
                "/api/%2E%2e/apps",
                "/api/.%2e/apps",
                "/api/apps;a=b",
                "/api;/apps",
                "/api/apps/1/token;.css",
                "/api/apps/1/token%2Fx.js",
                "/api/apps%2f1",
                "/api/apps%5c1",
                "/api/apps\\1",
                "/api/apps%00",
                "/api/apps%0d%0aX: y",
                "/api/apps%0A",
                "/api/apps%7f",
                "/api/apps%",
                "/api/apps%2",
                "/api/apps%zz",
                "/api/äpps",
                "/api/apps?x",
                "/api/ apps"
            })
    void A53_aPathWithTwoReadingsIsNot(String path) {
        assertThat(new RawPath(path).isPlain()).isFalse();
    }

    @Test
    void A53_theLongestPathIsReadWithoutRecursion() {
        assertThat(new RawPath("/" + "%41a".repeat(100_000)).isPlain()).isTrue();
        assertThat(new RawPath("/a".repeat(100_000)).isPlain()).isTrue();
    }
}
