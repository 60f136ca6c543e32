package io.grantkeeper.connection;

import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.TestDatabase;
import io.grantkeeper.testing.TestUser;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users are told of when a connection will need them. */
class ForecastIT {

    private static final String CONNECTIONS = "/api/apps";

    private TestDatabase database;
    private ScriptedProvider telling;
    private ScriptedProvider limited;
    private TestUser user;
    private Instant begin;

    @BeforeEach
    void aUser() {
        OperatorsService operators = OperatorsService.get();
        database = operators.database();
        telling = operators.telling();
        limited = operators.plain();
        user = operators.user();
        begin = Instant.now().truncatedTo(SECONDS);
    }

    @Test
    void whereNothingIsKnownNothingIsForecast() {
        // When
        String id = user.connect(telling);

        // Then
        JsonNode connection = user.api().get(CONNECTIONS + "/" + id).json();
        assertThat(connection.has("forecast")).isTrue();
        assertThat(connection.path("forecast").isNull()).isTrue();
    }

    @Test
    void theEndThatTheProviderToldIsShownAndMovesWithARefresh() {
        // Given
        refreshTokensLive(Duration.ofDays(1));
        String id = user.connect(telling);
        JsonNode atFirst = forecast(id);

        // When
        refreshTokensLive(Duration.ofDays(2));
        refresh(id);

        // Then
        assertForecast(atFirst, "refresh_token_expires", Duration.ofDays(1));
        assertForecast(forecast(id), "refresh_token_expires", Duration.ofDays(2));
        JsonNode listed = user.api().get(CONNECTIONS + "?provider=telling").json();
        assertThat(listed.at("/items/0/forecast")).isEqualTo(forecast(id));
    }

    @Test
    void whatWasToldOfARefreshTokenHoldsForAsLongAsItIsKept() {
        // Given
        telling.rotateNothing();
        refreshTokensLive(Duration.ofDays(1));
        String id = user.connect(telling);

        // When
        telling.answerBesides("bearer", "");
        refresh(id);

        // Then
        assertForecast(forecast(id), "refresh_token_expires", Duration.ofDays(1));
    }

    @Test
    void whatWasToldOfARefreshTokenDoesNotHoldForItsSuccessor() {
        // Given
        refreshTokensLive(Duration.ofDays(1));
        String id = user.connect(telling);

        // When
        telling.answerBesides("bearer", "");
        refresh(id);

        // Then
        assertThat(forecast(id).isNull()).isTrue();
    }

    @Test
    void theEndOfAnImportIsShownAtOnce() {
        // Given
        refreshTokensLive(Duration.ofDays(3));
        String token = telling.refreshTokenOf(user.subject());

        // When
        JsonNode imported = user.api()
                .post(CONNECTIONS, "{\"provider\": \"telling\", \"refreshToken\": \"" + token + "\"}")
                .json();

        // Then
        assertForecast(imported.path("forecast"), "refresh_token_expires", Duration.ofDays(3));
    }

    @Test
    void F59_whoGaveNoRefreshTokenIsNeededWhenTheAccessTokenExpires() {
        // Given
        telling.answerBesides("bearer", "\"refresh_token\": null, \"refresh_token_expires_in\": 60");

        // When
        String id = user.connect(telling);

        // Then
        assertForecast(forecast(id), "no_refresh_token", Duration.ofHours(1));
        assertThat(forecast(id).path("needsUserAt"))
                .isEqualTo(user.api().get(CONNECTIONS + "/" + id).json().path("expiresAt"));
    }

    @Test
    void ofADeadConnectionNothingIsForecast() {
        // Given
        refreshTokensLive(Duration.ofDays(1));
        String id = user.connect(telling);
        telling.forget(user.subject());

        // When
        user.agent("token").api().get(CONNECTIONS + "/" + id + "/token?refresh=true");

        // Then
        JsonNode connection = user.api().get(CONNECTIONS + "/" + id).json();
        assertThat(connection.path("status").asText()).isEqualTo("error");
        assertThat(connection.path("forecast").isNull()).isTrue();
    }

    @Test
    void aGrantsLimitCountsFromTheLastConsentWhateverIsRefreshed() {
        // Given
        String id = user.connect(limited);
        grantedBefore(id, Duration.ofDays(80));
        refresh(id);
        JsonNode late = forecast(id);

        // When
        String again = user.connect(limited);

        // Then
        assertForecast(late, "grant_limit", Duration.ofDays(10));
        assertThat(again).isEqualTo(id);
        assertForecast(forecast(id), "grant_limit", Duration.ofDays(90));
    }

    @Test
    void aGrantFromBeforeTheForecastCountsFromWhenItWasConnected() {
        // Given
        String id = user.connect(limited);
        refresh(id);

        // When
        database.execute("update credential set granted_at = null where connection_id = ?", UUID.fromString(id));

        // Then
        assertForecast(forecast(id), "grant_limit", Duration.ofDays(90));
    }

    @Test
    void aConsentThatAnOlderReplicaStoredCounts() {
        // Given
        String id = user.connect(limited);

        // When
        grantedBefore(id, Duration.ofDays(80));

        // Then
        assertForecast(forecast(id), "grant_limit", Duration.ofDays(90));
    }

    private void refreshTokensLive(Duration lifetime) {
        telling.answerBesides("bearer", "\"refresh_token_expires_in\": " + lifetime.toSeconds());
    }

    private void refresh(String id) {
        assertThat(user.agent("token")
                        .api()
                        .get(CONNECTIONS + "/" + id + "/token?refresh=true")
                        .accessToken())
                .isNotEmpty();
    }

    private void grantedBefore(String id, Duration ago) {
        database.execute(
                "update credential set granted_at = granted_at - make_interval(secs => ?) where connection_id = ?",
                (double) ago.toSeconds(),
                UUID.fromString(id));
    }

    private JsonNode forecast(String id) {
        return user.api().get(CONNECTIONS + "/" + id).json().path("forecast");
    }

    /** Less what the requests took. */
    private void assertForecast(JsonNode forecast, String reason, Duration after) {
        assertThat(forecast.path("reason").asText()).isEqualTo(reason);
        assertThat(forecast.path("certain").asBoolean()).isTrue();
        assertThat(Instant.parse(forecast.path("needsUserAt").asText()))
                .isBetween(begin.plus(after).minusSeconds(30), Instant.now().plus(after));
    }
}
