package io.grantkeeper.connection;

import static io.grantkeeper.connection.Connection.GrantType.AUTHORIZATION_CODE;
import static io.grantkeeper.connection.Connection.GrantType.CLIENT_CREDENTIALS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Forecast.Reason;
import io.grantkeeper.provider.Refresh;
import io.grantkeeper.provider.Refresh.Limit;
import io.grantkeeper.provider.SelfRenewal;
import io.grantkeeper.provider.TokenQuery;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {

    private static final Instant CONSENT = Instant.parse("2026-05-01T12:00:00Z");
    private static final Refresh UNLIMITED = refresh(true, null, null, null);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # told is the refresh token's end; all times count from the consent
            # now  | renewed | told | kept alive | rotates | idle | limit | testing | needs | reason
            P1D    | PT0S    |      |            | true    |      |       |         |       |
            P1D    | PT0S    | P30D |            | true    |      |       |         | P30D  | refresh_token_expires
            P1D    | PT0S    | P30D |            | true    | P90D |       |         | P30D  | refresh_token_expires
            P1D    | PT0S    | P90D |            | true    | P30D |       |         | P90D  | refresh_token_expires
            P1D    | PT0S    | P30D | P15D       | true    | P30D |       |         |       |
            P1D    | PT0S    | P30D | P45D       | true    | P90D |       |         | P30D  | refresh_token_expires
            P1D    | PT0S    | P30D | P15D       | false   | P30D |       |         | P30D  | refresh_token_expires
            P31D   | PT0S    | P30D | P15D       | true    | P30D |       |         | P30D  | refresh_token_expires
            P31D   | P31D    | P30D |            | true    |      |       |         |       |
            P1D    | PT0S    |      | P15D       | true    | P30D |       |         |       |
            P16D   | PT0S    |      | P15D       | true    | P30D |       |         |       |
            P1D    | PT0S    |      |            | true    | P30D |       |         | P30D  | idle
            P9D    | P8D     |      |            | true    | P30D |       |         | P38D  | idle
            P30D   | PT0S    |      | P30D       | true    | P30D |       |         | P30D  | idle
            P31D   | PT0S    |      | P15D       | true    | P30D |       |         | P30D  | idle
            P1D    | PT0S    |      |            | true    |      | P365D |         | P365D | grant_limit
            P100D  | P99D    |      | P150D      | true    | P90D | P365D |         | P365D | grant_limit
            P100D  | P99D    | P400D|            | true    |      | P365D |         | P365D | grant_limit
            P100D  | P99D    | P200D|            | true    |      | P365D |         | P200D | refresh_token_expires
            P366D  | P10D    |      |            | true    |      | P365D |         | P365D | grant_limit
            P366D  | P366D   |      |            | true    |      | P365D |         |       |
            P1D    | PT0S    |      |            | false   |      |       | P7D     | P7D   | testing
            P1D    | P1D     |      |            | false   |      | P180D | P7D     | P7D   | testing
            P7D    | P1D     |      |            | false   |      |       | P7D     |       |
            P1D    | PT0S    | P180D|            | false   |      |       | P7D     | P180D | refresh_token_expires
            P1D    | PT0S    | P6D  |            | false   |      |       | P7D     | P6D   | refresh_token_expires
            """)
    void aGrantWithARefreshTokenNeedsItsUserAtItsFirstKnownEnd(
            Duration now,
            Duration renewed,
            @Nullable Duration told,
            @Nullable Duration keptAlive,
            boolean rotates,
            @Nullable Duration idle,
            @Nullable Duration limit,
            @Nullable Duration testing,
            @Nullable Duration needs,
            @Nullable String reason) {
        // Given
        Standing standing = new Standing(
                true,
                AUTHORIZATION_CODE,
                CONSENT,
                false,
                CONSENT.plus(renewed),
                Optional.of(CONSENT.plus(renewed).plusSeconds(3600)),
                true,
                Optional.ofNullable(told).map(CONSENT::plus),
                Optional.ofNullable(keptAlive).map(CONSENT::plus),
                CONSENT.plus(now));

        // When
        Optional<Forecast> forecast = Forecast.of(standing, refresh(rotates, idle, limit, testing));

        // Then
        assertThat(forecast)
                .isEqualTo(Optional.ofNullable(needs)
                        .map(after -> new Forecast(CONSENT.plus(after), reason(reason), !"testing".equals(reason))));
    }

    @Test
    void F59_withoutARefreshTokenTheUserIsNeededWhenTheAccessTokenExpires() {
        assertThat(Forecast.of(withoutRefreshToken(AUTHORIZATION_CODE, true, Duration.ofHours(1)), UNLIMITED))
                .contains(new Forecast(CONSENT.plusSeconds(3600), Reason.NO_REFRESH_TOKEN, true));
    }

    @Test
    void aTokenThatNeverExpiresNeedsNobody() {
        assertThat(Forecast.of(withoutRefreshToken(AUTHORIZATION_CODE, true, null), UNLIMITED))
                .isEmpty();
    }

    @Test
    void aTokenThatNeverExpiresEndsWithItsGrant() {
        assertThat(Forecast.of(
                        withoutRefreshToken(AUTHORIZATION_CODE, true, null),
                        refresh(true, Duration.ofDays(30), Duration.ofDays(90), null)))
                .contains(new Forecast(CONSENT.plus(Duration.ofDays(90)), Reason.GRANT_LIMIT, true));
    }

    @Test
    void whatOurClientGotForItselfNeedsNobody() {
        assertThat(Forecast.of(
                        withoutRefreshToken(CLIENT_CREDENTIALS, true, Duration.ofHours(1)),
                        refresh(true, null, Duration.ofDays(90), Duration.ofDays(7))))
                .isEmpty();
    }

    @Test
    void ofADeadConnectionThereIsNothingToForecast() {
        assertThat(Forecast.of(withoutRefreshToken(AUTHORIZATION_CODE, false, Duration.ofHours(1)), UNLIMITED))
                .isEmpty();
    }

    @Test
    void whatIsOnlyHintedAtIsNotCertain() {
        // Given
        Refresh hinted = new Refresh(
                true,
                true,
                Duration.ZERO,
                Optional.empty(),
                Optional.of(new Limit(Duration.ofDays(30), false)),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Limit(Duration.ofDays(90), false)),
                Optional.empty());

        // Then
        assertThat(Forecast.of(refreshable(false), hinted))
                .contains(new Forecast(CONSENT.plus(Duration.ofDays(30)), Reason.IDLE, false));
        assertThat(Forecast.of(withoutRefreshToken(AUTHORIZATION_CODE, true, null), hinted))
                .contains(new Forecast(CONSENT.plus(Duration.ofDays(90)), Reason.GRANT_LIMIT, false));
    }

    @Test
    void ofAnImportNobodyKnowsWhenItWasConsentedTo() {
        assertThat(Forecast.of(refreshable(true), refresh(true, null, Duration.ofDays(90), null)))
                .contains(new Forecast(CONSENT.plus(Duration.ofDays(90)), Reason.GRANT_LIMIT, false));
    }

    @Test
    void aTokenThatRenewsItselfEndsWhereNothingRenewsItInTime() {
        // Given
        TokenQuery query = new TokenQuery(URI.create("https://acme.example/renew"), Map.of());
        Refresh itself = new Refresh(
                true,
                false,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of(new SelfRenewal(query, Duration.ofDays(1))),
                Optional.empty(),
                Optional.empty());

        // Then
        assertThat(Forecast.of(refreshable(false), itself))
                .contains(new Forecast(CONSENT.plusSeconds(3600), Reason.REFRESH_TOKEN_EXPIRES, true));
        assertThat(Forecast.of(refreshable(false, Optional.of(CONSENT.plusSeconds(1800))), itself))
                .isEmpty();
    }

    @Test
    void itIsShownToTheSecond() throws Exception {
        // Given
        Forecast forecast = new Forecast(CONSENT.plusNanos(1), Reason.REFRESH_TOKEN_EXPIRES, true);

        // Then
        assertThat(new ObjectMapper()
                        .registerModule(new JavaTimeModule())
                        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                        .writeValueAsString(forecast.rounded()))
                .isEqualTo("{\"needsUserAt\":\"2026-05-01T12:00:00Z\",\"reason\":\"refresh_token_expires\","
                        + "\"certain\":true}");
    }

    private static Standing refreshable(boolean imported) {
        return refreshable(imported, Optional.empty());
    }

    private static Standing refreshable(boolean imported, Optional<Instant> keepAliveAt) {
        return new Standing(
                true,
                AUTHORIZATION_CODE,
                CONSENT,
                imported,
                CONSENT,
                Optional.of(CONSENT.plusSeconds(3600)),
                true,
                Optional.empty(),
                keepAliveAt,
                CONSENT.plusSeconds(60));
    }

    /** One of which something was told that is of no use without the token. */
    private static Standing withoutRefreshToken(GrantType grant, boolean active, @Nullable Duration lifetime) {
        return new Standing(
                active,
                grant,
                CONSENT,
                false,
                CONSENT,
                Optional.ofNullable(lifetime).map(CONSENT::plus),
                false,
                Optional.of(CONSENT.plusSeconds(1800)),
                Optional.empty(),
                CONSENT.plusSeconds(60));
    }

    private static Refresh refresh(
            boolean rotates, @Nullable Duration idle, @Nullable Duration limit, @Nullable Duration testing) {
        return new Refresh(
                true,
                rotates,
                Duration.ZERO,
                Optional.empty(),
                Optional.ofNullable(idle).map(after -> new Limit(after, true)),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(limit).map(after -> new Limit(after, true)),
                Optional.ofNullable(testing));
    }

    private static Reason reason(@Nullable String word) {
        return Reason.valueOf(String.valueOf(word).toUpperCase(Locale.ROOT));
    }
}
