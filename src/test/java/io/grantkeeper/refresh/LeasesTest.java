package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.refresh.OpenIntent.State;
import io.grantkeeper.replica.FakeChannel;
import io.grantkeeper.replica.ReplicaChannels;
import io.grantkeeper.replica.ReplicaId;
import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lease, in a real PostgreSQL, as two replicas see it. */
class LeasesTest {

    private static final ClientAt CLIENT = new ClientAt("acme", "client");
    private static final ReplicaId ONE = new ReplicaId(11);
    private static final ReplicaId OTHER = new ReplicaId(-22);
    private static RefreshDatabase database;

    private final FakeChannel channel = new FakeChannel();
    private final Leases one = replica(ONE);
    private final Leases other = replica(OTHER);
    private ConnectionId id;
    private Held seen;

    @BeforeAll
    static void aDatabase() {
        database = RefreshDatabase.named("grantkeeper_leases");
    }

    @AfterAll
    static void noDatabase() {
        database.close();
    }

    @BeforeEach
    void aConnection() {
        database.clear();
        id = database.active(CLIENT);
        seen = TestConnections.held(id, 1);
    }

    @Test
    void I1_ofTwoHundredThatWantItOneGetsIt() {
        // When
        List<Optional<Lease>> got = await(Uni.join()
                .all(IntStream.range(0, 200)
                        .mapToObj(each -> replica(new ReplicaId(1000 + each)).acquire(seen, Optional.empty()))
                        .toList())
                .andFailFast());

        // Then
        assertThat(got.stream().flatMap(Optional::stream)).hasSize(1);
    }

    @Test
    void theIntentIsRecordedWithTheLease() {
        // When
        Lease lease = acquire(one).orElseThrow();

        // Then
        assertThat(lease.fence()).isEqualTo(1);
        assertThat(lease.uncertainFor()).isEmpty();
        assertThat(row("intent_at is not null and lease_owner = '11' and lease_epoch = pg_postmaster_start_time()"))
                .isTrue();
    }

    @Test
    void tokensThatMovedAreNotLeased() {
        // Given
        database.sql().execute("update credential set version = 2");

        // Then
        assertThat(acquire(one)).isEmpty();
    }

    @Test
    void F27_inAnotherDatabaseThanTheLastNothingIsLeasedThatIsGoodForOneUse() {
        // Given
        database.sql().execute("update database_lineage set timeline = timeline + 1");

        // When
        Optional<Lease> held = acquire(one);
        database.sql().execute("update database_lineage set timeline = timeline - 1");

        // Then
        assertThat(held).isEmpty();
        assertThat(acquire(one)).isPresent();
    }

    @Test
    void aDeadConnectionIsNotLeased() {
        // Given
        database.die(id, "invalid_grant", Duration.ZERO);

        // Then
        assertThat(acquire(one)).isEmpty();
    }

    @Test
    void aLeaseThatWasGivenBackIsFree() {
        // Given
        Lease lease = acquire(one).orElseThrow();

        // When
        release(one, lease, Setback.TRANSIENT);

        // Then
        assertThat(acquire(other)).hasValueSatisfying(next -> {
            assertThat(next.fence()).isEqualTo(2);
            assertThat(next.uncertainFor()).isEmpty();
        });
        assertThat(row("failure = 'transient' and failures = 1 and retry_at <= clock_timestamp()"))
                .isTrue();
    }

    @Test
    void F44_aFailureIsSharedByThoseWhoReadTheRowBeforeIt() {
        // Given
        release(one, acquire(one).orElseThrow(), Setback.TRANSIENT, Duration.ofSeconds(30));

        // Then
        assertThat(acquire(one)).isEmpty();
        assertThat(acquire(other)).isEmpty();
    }

    @Test
    void F16_whoWasJustWithoutTheDatabaseLeavesALeaseThatIsOverToItsHolder() {
        // Given
        assertThat(acquire(one)).isPresent();
        leaseEnds();
        channel.steady = false;

        // Then
        assertThat(acquire(other)).isEmpty();
        assertThat(await(other.open())).isEmpty();
        channel.steady = true;
        assertThat(acquire(other)).isPresent();
    }

    @Test
    void aLeaseThatIsLongOverIsAnybodys() {
        // Given
        assertThat(acquire(one)).isPresent();
        database.sql().execute("update credential set lease_until = clock_timestamp() - interval '30 seconds'");
        channel.steady = false;

        // Then
        assertThat(acquire(other)).isPresent();
    }

    @Test
    void aHolderThatGivesNoSignOfLifeWhenItTakesTheLeaseIsWaitedFor() {
        // Given
        channel.alive = false;
        assertThat(acquire(one)).isPresent();
        channel.alive = true;

        // Then
        assertThat(await(other.open())).isEmpty();
    }

    @Test
    void F4_aHolderThatIsBackIsNotReplaced() throws SQLException {
        // Given
        Lease left = acquire(one).orElseThrow();

        // When
        try (Connection life = lifeOf(ONE)) {
            // Then
            assertThat(await(other.acquire(seen, Optional.of(left.fence())))).isEmpty();
        }
    }

    @Test
    void F52_whatIsUncertainStaysSoThroughOtherFailures() {
        // Given
        release(one, acquire(one).orElseThrow(), Setback.UNCERTAIN);
        release(other, acquire(other).orElseThrow(), Setback.TRANSIENT);

        // When
        Optional<Lease> third = acquire(one);

        // Then
        assertThat(third.flatMap(Lease::uncertainFor)).isPresent();
    }

    @Test
    void F12_theEndOfAnOlderLeaseIsNotWritten() {
        // Given
        Lease older = acquire(one).orElseThrow();
        leaseEnds();
        Lease newer = acquire(other).orElseThrow();

        // When
        release(one, older, Setback.SUSPECT);

        // Then
        assertThat(newer.uncertainFor()).isPresent();
        assertThat(row("lease_owner = '4294967274' and failure is null and suspects = 0"))
                .isTrue();
    }

    @Test
    void aLeaseWhoseAcquisitionWasNotAcknowledgedIsTakenAgain() {
        // Given
        assertThat(acquire(one)).isPresent();

        // Then
        assertThat(acquire(other)).isEmpty();
        assertThat(acquire(one)).isPresent();
    }

    @Test
    void F4_theLeaseOfADeadHolderIsTakenByItsFence() {
        // Given
        Lease left = acquire(one).orElseThrow();

        // Then
        assertThat(await(other.acquire(seen, Optional.of(left.fence() + 1)))).isEmpty();
        assertThat(await(other.acquire(seen, Optional.of(left.fence()))))
                .hasValueSatisfying(lease -> assertThat(lease.uncertainFor()).isPresent());
    }

    @Test
    void F19_afterARestartOfPostgresqlNoHolderCountsAsDead() {
        // Given
        Lease left = acquire(one).orElseThrow();
        database.sql().execute("update credential set lease_epoch = lease_epoch - interval '1 hour'");

        // Then
        assertThat(await(other.open())).isEmpty();
        assertThat(await(other.acquire(seen, Optional.of(left.fence())))).isEmpty();
    }

    @Test
    void aHolderThatLivesIsNotSeenAsOpen() throws SQLException {
        // Given
        try (Connection life = lifeOf(ONE)) {
            assertThat(acquire(one)).isPresent();

            // Then
            assertThat(await(other.open())).isEmpty();
        }
    }

    @Test
    void F4_aHolderWithoutASignOfLifeIsSeenAtOnce() {
        // Given
        Lease left = acquire(one).orElseThrow();

        // When
        List<OpenIntent> open = await(other.open());

        // Then
        assertThat(open).singleElement().satisfies(intent -> {
            assertThat(intent.connection()).isEqualTo(id);
            assertThat(intent.fence()).isEqualTo(left.fence());
            assertThat(intent.state()).isEqualTo(State.HOLDER_NOT_SEEN);
        });
    }

    @Test
    void F14_aLeaseThatIsOverIsSeenThoughItsHolderLives() throws SQLException {
        // Given
        try (Connection life = lifeOf(ONE)) {
            assertThat(acquire(one)).isPresent();
            leaseEnds();

            // Then
            assertThat(await(other.open())).extracting(OpenIntent::state).containsExactly(State.LEASE_OVER);
        }
    }

    @Test
    void F52_anAnswerThatWasLostIsSeenOnceItsPauseIsOver() {
        // Given
        release(one, acquire(one).orElseThrow(), Setback.UNCERTAIN, Duration.ofSeconds(30));

        // Then
        assertThat(await(other.open())).isEmpty();
        database.sql().execute("update credential set retry_at = clock_timestamp()");
        assertThat(await(other.open())).extracting(OpenIntent::state).containsExactly(State.GIVEN_BACK);
    }

    @Test
    void whatIsEndedIsNotOpen() {
        // Given
        release(one, acquire(one).orElseThrow(), Setback.TRANSIENT);

        // Then
        assertThat(await(other.open())).isEmpty();
    }

    private Optional<Lease> acquire(Leases replica) {
        return await(replica.acquire(seen, Optional.empty()));
    }

    private static void release(Leases replica, Lease lease, Setback setback) {
        release(replica, lease, setback, Duration.ZERO);
    }

    private static void release(Leases replica, Lease lease, Setback setback, Duration pause) {
        replica.release(lease, setback, pause).await().atMost(Duration.ofSeconds(10));
    }

    private Leases replica(ReplicaId name) {
        return new Leases(
                database.pool(),
                database.pool(),
                channel,
                name,
                ReplicaChannels.database(database.pool(), channel),
                new SingleUse(Providers.of(List.of())),
                RefreshConfigTest.config(Map.of()));
    }

    private static void leaseEnds() {
        database.sql().execute("update credential set lease_until = clock_timestamp()");
    }

    private static Connection lifeOf(ReplicaId replica) throws SQLException {
        Connection life = database.sql().connect();
        try (var lock = life.prepareStatement("select pg_advisory_lock_shared(?, ?)")) {
            lock.setInt(1, ReplicaId.LOCK_CLASS);
            lock.setInt(2, replica.value());
            lock.execute();
        }
        return life;
    }

    private boolean row(String condition) {
        return database.sql()
                .ask("select (" + condition + ")::text from credential where connection_id = ?", id.value())
                .equals(List.of("true"));
    }

    private static <T> T await(Uni<T> each) {
        return each.await().atMost(Duration.ofSeconds(10));
    }
}
