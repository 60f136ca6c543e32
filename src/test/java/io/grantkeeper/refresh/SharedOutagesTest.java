package io.grantkeeper.refresh;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.SharedOutages.Claim;
import io.grantkeeper.refresh.SharedOutages.Deaths;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedOutagesTest {

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final ClientAt CLIENT = new ClientAt("google", "ours");
    private static final ClientAt OTHER_CLIENT = new ClientAt("google", "theirs");
    private static final ClientAt PLACE = new ClientAt("google", "https://a.acme.example shop=a", "ours");
    private static final ClientAt OTHER_PROVIDER = new ClientAt("github", "ours");

    private static RefreshDatabase database;

    private SharedOutages outages;

    @BeforeAll
    static void start() {
        database = RefreshDatabase.named("shared_outages");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
        outages = new SharedOutages(database.pool());
    }

    @Test
    void I9_onlyOneOfManyMayProbe() {
        // Given
        open(Cause.OUTAGE, PAUSE);
        database.probesAreDue();

        // When
        List<Claim> claims = Uni.join()
                .all(Stream.generate(() -> outages.claim(CLIENT, PAUSE))
                        .limit(50)
                        .toList())
                .andFailFast()
                .await()
                .atMost(Duration.ofSeconds(10));

        // Then
        assertThat(claims).filteredOn(new Claim.Ours(Cause.OUTAGE)::equals).hasSize(1);
        assertThat(claims).filteredOn(Claim.Waiting.class::isInstance).hasSize(49);
    }

    @Test
    void I9_nobodyProbesBeforeItIsTime() {
        // Given
        open(Cause.MISCONFIGURED, PAUSE);

        // When
        Claim claim = await(outages.claim(CLIENT, PAUSE));

        // Then
        assertThat(claim).isInstanceOfSatisfying(Claim.Waiting.class, waiting -> {
            assertThat(waiting.cause()).isEqualTo(Cause.MISCONFIGURED);
            assertThat(waiting.left()).isBetween(Duration.ofSeconds(15), PAUSE);
        });
    }

    @Test
    void whatWasEndedIsOverForAll() {
        // Given
        open(Cause.OUTAGE, PAUSE);
        await(outages.end(CLIENT, Set.of()));

        // Then
        assertThat(await(outages.claim(CLIENT, PAUSE))).isEqualTo(new Claim.Over());
    }

    @Test
    void clientsAndProvidersAreKeptApart() {
        // Given
        open(Cause.OUTAGE, PAUSE);

        // Then
        assertThat(await(outages.claim(OTHER_CLIENT, PAUSE))).isEqualTo(new Claim.Over());
        assertThat(await(outages.claim(OTHER_PROVIDER, PAUSE))).isEqualTo(new Claim.Over());
        assertThat(await(outages.claim(PLACE, PAUSE))).isEqualTo(new Claim.Over());
    }

    @Test
    void oneOfTheProvidersPlacesIsKeptApartFromItsOthers() {
        // Given
        await(outages.open(PLACE, Cause.OUTAGE, Duration.ZERO, PAUSE));

        // When
        List<SharedOutages.Known> all = await(outages.all());

        // Then
        assertThat(all).extracting(SharedOutages.Known::client).containsExactly(PLACE);
        assertThat(await(outages.claim(CLIENT, PAUSE))).isEqualTo(new Claim.Over());
        assertThat(await(outages.claim(PLACE, PAUSE))).isInstanceOf(Claim.Waiting.class);
        assertThat(await(outages.end(PLACE, Set.of()))).isZero();
    }

    @Test
    void theLongestPauseOfAllReplicasCounts() {
        // Given
        open(Cause.OUTAGE, Duration.ofMinutes(4));

        // When
        Claim.Waiting known = open(Cause.OUTAGE, PAUSE);

        // Then
        assertThat(known.left()).isGreaterThan(Duration.ofMinutes(3));
    }

    @Test
    void F58_anIncidentStaysOneFromWhereItBegan() {
        // Given
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));
        String since = since();

        // When
        Claim.Waiting known = open(Cause.OUTAGE, PAUSE);
        await(outages.open(CLIENT, Cause.INCIDENT, Duration.ZERO, PAUSE));

        // Then
        assertThat(known.cause()).isEqualTo(Cause.INCIDENT);
        assertThat(since()).isEqualTo(since);
    }

    @Test
    void F58_anOutageThatBecomesAnIncidentBeginsAnew() {
        // Given
        await(outages.open(CLIENT, Cause.OUTAGE, Duration.ofHours(5), PAUSE));

        // When
        Claim.Waiting known = await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));

        // Then
        assertThat(known.cause()).isEqualTo(Cause.INCIDENT);
        assertThat(database.sql().ask("select clock_timestamp() - since < interval '11 minutes' from provider_outage"))
                .containsExactly("t");
    }

    @Test
    void whatNobodyTouchedForADayIsNobodys() {
        // Given
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));
        database.sql().execute("update provider_outage set probe_at = probe_at - interval '25 hours'");

        // Then
        assertThat(await(outages.all())).isEmpty();
        assertThat(deaths(CLIENT).incident()).isFalse();
        assertThat(open(Cause.OUTAGE, PAUSE).cause()).isEqualTo(Cause.OUTAGE);
    }

    @Test
    void F58_theDeathsOfTheClientWithinTheWindowAreCounted() {
        // Given
        database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        database.dead(CLIENT, "reconsent", Duration.ofMinutes(9));
        database.dead(CLIENT, "invalid_grant", Duration.ofMinutes(11));
        database.dead(CLIENT, "no_refresh_token", Duration.ZERO);
        database.dead(OTHER_CLIENT, "invalid_grant", Duration.ZERO);
        database.dead(OTHER_PROVIDER, "invalid_grant", Duration.ZERO);
        database.active(CLIENT);

        // Then
        assertThat(deaths(CLIENT)).isEqualTo(new Deaths(2, false, false));
        assertThat(deaths(PLACE)).isEqualTo(new Deaths(0, false, false));

        // When
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));

        // Then
        assertThat(deaths(CLIENT).incident()).isTrue();
        assertThat(deaths(OTHER_CLIENT).incident()).isFalse();
    }

    @Test
    void F58_theEndOfAnIncidentRevertsItsDeathsAndNoOthers() {
        // Given
        ConnectionId first = database.dead(CLIENT, "invalid_grant", Duration.ofMinutes(9));
        ConnectionId second = database.dead(CLIENT, "reconsent", Duration.ZERO);
        ConnectionId before = database.dead(CLIENT, "invalid_grant", Duration.ofMinutes(11));
        ConnectionId third = database.dead(CLIENT, "interrupted", Duration.ZERO);
        ConnectionId untold = database.dead(CLIENT, "no_refresh_token", Duration.ZERO);
        ConnectionId theirs = database.dead(OTHER_CLIENT, "invalid_grant", Duration.ZERO);
        ConnectionId elsewhere = database.dead(OTHER_PROVIDER, "invalid_grant", Duration.ZERO);
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));

        // When
        int reverted = await(outages.end(CLIENT, Set.of()));

        // Then
        assertThat(reverted).isEqualTo(3);
        assertThat(List.of(first, second, third)).extracting(database::status).containsOnly("active");
        assertThat(List.of(before, untold, theirs, elsewhere))
                .extracting(database::status)
                .containsOnly("error");
        assertThat(await(outages.end(CLIENT, Set.of()))).isZero();
    }

    @Test
    void F58_countingDeathsReadsNoOlderOnes() {
        // Given
        database.sql().execute("""
                insert into connection (id, account_id, created_by, provider, grant_type, granted_scopes, status,
                    error_code, error_at)
                select gen_random_uuid(), 'acme', 'ada', 'google', 'authorization_code', '{}', 'error', 'invalid_grant',
                    clock_timestamp() - make_interval(hours => n) from generate_series(1, 5000) n
                """);
        database.sql().execute("analyze connection");

        // When
        String plan = planOfDeaths();

        // Then
        assertThat(plan).containsPattern("connection_died[\\s\\S]*Index Cond: [^\\n]*error_at");
    }

    @Test
    void F58_whoIsRevivedIsKeptAliveAgain() {
        // Given
        ConnectionId refreshable = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        ConnectionId other = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        database.sql()
                .execute("update credential set sealed_refresh = '\\x00' where connection_id = ?", refreshable.value());
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));

        // When
        await(outages.end(CLIENT, Set.of()));

        // Then
        assertThat(isKeptAliveWithinTheHour(refreshable)).containsExactly("t");
        assertThat(isKeptAliveWithinTheHour(other)).containsExactly("f");
    }

    @Test
    void F58_whoWasToldDeadDuringAnIncidentIsKnownUntilItIsGivenTokens() {
        // Given
        ConnectionId marked = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        ConnectionId withheld = database.active(CLIENT);
        ConnectionId untold = database.active(CLIENT);
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));
        await(outages.doubt(withheld));
        await(outages.end(CLIENT, Set.of()));

        // Then
        assertThat(deaths(CLIENT, marked, Set.of())).isEqualTo(new Deaths(0, false, true));
        assertThat(deaths(CLIENT, withheld, Set.of()).doubted()).isTrue();
        assertThat(deaths(CLIENT, untold, Set.of()).doubted()).isFalse();

        // When
        database.sql().execute("update credential set access_obtained_at = clock_timestamp()");

        // Then
        assertThat(deaths(CLIENT, marked, Set.of()).doubted()).isFalse();
        assertThat(deaths(CLIENT, withheld, Set.of()).doubted()).isFalse();
    }

    @Test
    void F58_aDoubtOfYesterdayIsForgotten() {
        // Given
        ConnectionId withheld = database.active(CLIENT);
        await(outages.doubt(withheld));

        // When
        database.sql().execute("update connection set error_at = error_at - interval '25 hours'");
        database.sql().execute("update credential set access_obtained_at = clock_timestamp() - interval '2 days'");

        // Then
        assertThat(deaths(CLIENT, withheld, Set.of()).doubted()).isFalse();
    }

    @Test
    void F58_deathsBeyondDoubtAreNeitherCountedNorReverted() {
        // Given
        ConnectionId settled = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        ConnectionId marked = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        await(outages.open(CLIENT, Cause.INCIDENT, WINDOW, PAUSE));

        // Then
        assertThat(deaths(CLIENT, marked, Set.of(settled)).deaths()).isEqualTo(1);
        assertThat(await(outages.end(CLIENT, Set.of(settled)))).isEqualTo(1);
        assertThat(database.status(settled)).isEqualTo("error");
        assertThat(database.status(marked)).isEqualTo("active");
    }

    @Test
    void theEndOfAnOutageRevertsNothing() {
        // Given
        ConnectionId dead = database.dead(CLIENT, "invalid_grant", Duration.ZERO);
        await(outages.open(CLIENT, Cause.OUTAGE, WINDOW, PAUSE));

        // When
        int reverted = await(outages.end(CLIENT, Set.of()));

        // Then
        assertThat(reverted).isZero();
        assertThat(database.status(dead)).isEqualTo("error");
        assertThat(await(outages.all())).isEmpty();
    }

    @CanIgnoreReturnValue
    private Claim.Waiting open(Cause cause, Duration pause) {
        return await(outages.open(CLIENT, cause, Duration.ZERO, pause));
    }

    private Deaths deaths(ClientAt client) {
        return deaths(client, new ConnectionId(UUID.randomUUID()), Set.of());
    }

    private Deaths deaths(ClientAt client, ConnectionId connection, Set<ConnectionId> settled) {
        return await(outages.deaths(client, connection, WINDOW, settled));
    }

    private static String planOfDeaths() {
        var rows = await(database.pool()
                .preparedQuery("explain " + SharedOutages.DEATHS)
                .execute(Tuple.of(CLIENT.provider(), CLIENT.clientId(), 600.0, UUID.randomUUID(), new UUID[0])));
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getString(0))
                .collect(joining("\n"));
    }

    private static List<String> isKeptAliveWithinTheHour(ConnectionId connection) {
        return database.sql()
                .ask(
                        "select coalesce(keep_alive_at between clock_timestamp() and clock_timestamp() + interval '1 hour',"
                                + " false) from credential where connection_id = ?",
                        connection.value());
    }

    private static String since() {
        return database.sql().ask("select since from provider_outage").getFirst();
    }

    @CanIgnoreReturnValue
    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(10));
    }
}
