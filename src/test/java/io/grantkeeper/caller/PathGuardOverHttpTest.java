package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(CallerTestProfile.class)
class PathGuardOverHttpTest {

    Api api;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/whoami",
                "/api//whoami",
                "/api/./whoami",
                "/api/x/../whoami",
                "/api/whoami;a=b",
                "/api%2Fwhoami",
                "/api/whoami%00",
                "/api/%2e%2e/api/whoami",
                "/api\\whoami"
            })
    void A53_aPathWithTwoReadingsIsRefusedBeforeAnything(String path) throws IOException {
        assertThat(api.raw("GET " + path + " HTTP/1.1\r\nHost: " + api.authority() + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void A53_aRequestNamesOneHost() throws IOException {
        String host = "Host: " + api.authority() + "\r\n";

        assertThat(api.raw("GET /api/whoami HTTP/1.1\r\n" + host + host + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"error\":\"invalid_path\"");
    }
}
