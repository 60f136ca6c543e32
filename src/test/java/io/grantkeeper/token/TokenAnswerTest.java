package io.grantkeeper.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenAnswerTest {

    @Test
    void A59_anAnswerHasTheTokenAndWhoseItIsAndNothingMore() throws JsonProcessingException {
        assertThat(json(answer(Duration.ofMillis(3_600_999)))).isEqualTo("""
                {"accessToken":"canary","tokenType":"Bearer","expiresAt":"2026-05-01T13:00:00Z",\
                "provider":"google","providerSubject":"sub-1","providerAccountId":"id-1",\
                "providerAccountName":"Ada","scopes":["b","a"]}""");
    }

    @Test
    void I4_theExpiryIsNeverLaterThanTheTruth() {
        assertThat(answer(Duration.ofMillis(999)).expiresAt()).isEqualTo(TestConnections.OBTAINED);
    }

    @Test
    void aTokenThatDoesNotExpireHasNoExpiry() throws JsonProcessingException {
        assertThat(json(answer(null))).contains("\"expiresAt\":null");
    }

    @Test
    void I7_theTokenIsInNoText() {
        assertThat(answer(null).toString()).doesNotContain("canary");
    }

    private static TokenAnswer answer(@Nullable Duration lifetime) {
        return TokenAnswer.of(TestConnections.held(lifetime, Duration.ZERO), Secret.of("canary"));
    }

    private static String json(TokenAnswer answer) throws JsonProcessingException {
        return new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .writeValueAsString(answer);
    }
}
