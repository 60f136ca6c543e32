package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Dead;
import io.grantkeeper.oauth.Outcome.Misconfigured;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Transient;
import io.grantkeeper.oauth.Outcome.Uncertain;
import io.grantkeeper.provider.ClientCredentialsAnswers.NotGranted;
import io.quarkus.oidc.common.OidcRequestContextProperties;
import io.quarkus.oidc.common.OidcResponseFilter.OidcResponseFilterContext;
import io.vertx.mutiny.core.MultiMap;
import io.vertx.mutiny.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCredentialsAnswersTest {

    private static final Providers PROVIDERS = Providers.of(List.of(TestProviders.of("""
            id: acme
            name: Acme
            issuer: https://login.acme.example
            token_errors: [{error: nap, means: transient}]
            token_response: {access_token: /data/at, expires_at: /data/until}
            """)));

    private final ClientCredentialsAnswers answers =
            new ClientCredentialsAnswers(PROVIDERS, () -> Instant.parse("2026-05-01T12:00:00Z"));
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"at\",\"token_type\":\"bearer\",\"expires_in\":\"3599.5\",\"scope\":[\"a\",\"b\"]}",
                "access_token=at&token_type=bearer&expires_in=3599&scope=a%2Cb"
            })
    void F55_theExtensionSeesPlainJson(String body) throws JsonProcessingException {
        // Given
        OidcResponseFilterContext context = context(200, body);

        // When
        filter(context);

        // Then
        String seen = context.requestProperties()
                .<Buffer>get(OidcRequestContextProperties.RESPONSE_BODY)
                .toString();
        assertThat(new ObjectMapper().readTree(seen)).isEqualTo(new ObjectMapper().readTree("""
                        {"access_token": "at", "token_type": "Bearer", "expires_in": 3599, "scope": "a b"}
                        """));
    }

    @Test
    void anAnswerIsReadAsItsProviderWritesIt() throws JsonProcessingException {
        // Given
        OidcResponseFilterContext context =
                context(200, "{\"data\":{\"at\":\"at\",\"until\":\"2026-05-01T13:00:00Z\"}}");

        // When
        filter(context);

        // Then
        String seen = context.requestProperties()
                .<Buffer>get(OidcRequestContextProperties.RESPONSE_BODY)
                .toString();
        assertThat(new ObjectMapper().readTree(seen)).isEqualTo(new ObjectMapper().readTree("""
                        {"access_token": "at", "token_type": "Bearer", "expires_in": 3600}
                        """));
    }

    @Test
    void F54_a200WithAnErrorIsNoSuccess() {
        assertThat(outcome(200, "{\"ok\":false,\"error\":\"bad_client_secret\"}"))
                .isEqualTo(new Misconfigured());
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 203})
    void aSuccessThatTheExtensionWouldQuoteDoesNotReachIt(int status) {
        assertThat(outcome(status, "{\"access_token\":\"canary\"}")).isEqualTo(new Uncertain());
    }

    @ParameterizedTest
    @CsvSource({"503, ''", "429, '{\"error\":\"invalid_client\"}'", "400, '<html>'"})
    void F56_aWaitIsHonoured(int status, String body) {
        headers.add("Retry-After", "20");

        assertThat(outcome(status, body)).isEqualTo(new Transient(Optional.of(Duration.ofSeconds(20))));
    }

    @Test
    void anErrorIsItsOutcome() {
        assertThat(outcome(401, "{\"error\":\"invalid_client\"}")).isEqualTo(new Misconfigured());
        assertThat(outcome(400, "{\"error\":\"invalid_grant\"}")).isEqualTo(new Dead(Reason.INVALID_GRANT));
        assertThat(outcome(200, "<html>")).isEqualTo(new Uncertain());
    }

    @Test
    void anErrorIsReadAsItsProviderMeansIt() {
        assertThat(outcome(400, "{\"error\":\"nap\"}")).isEqualTo(new Transient(Optional.empty()));
    }

    @Test
    void I7_whatCarriesTheOutcomeTellsNoToken() {
        assertThat(failure(201, "{\"access_token\":\"canary\"}"))
                .hasMessage("no token was granted")
                .hasNoCause();
    }

    private Outcome outcome(int status, String body) {
        return failure(status, body).outcome();
    }

    private NotGranted failure(int status, String body) {
        return catchThrowableOfType(NotGranted.class, () -> filter(context(status, body)));
    }

    private void filter(OidcResponseFilterContext context) {
        var unused = answers.filter(context).await().atMost(Duration.ofSeconds(5));
    }

    private OidcResponseFilterContext context(int status, String body) {
        return new OidcResponseFilterContext(
                new OidcRequestContextProperties(Map.of("client-id", "acme")), status, headers, Buffer.buffer(body));
    }
}
