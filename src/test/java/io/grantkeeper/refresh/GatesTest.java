package io.grantkeeper.refresh;

import static io.grantkeeper.refresh.Urgency.BACKGROUND;
import static io.grantkeeper.refresh.Urgency.DEMANDED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Action;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import io.grantkeeper.secret.Secret;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas that share a database, each with its gates. */
class GatesTest {

    private static final ClientAt CLIENT = new ClientAt("google", "ours");
    private static final ClientAt OTHER_CLIENT = new ClientAt("google", "theirs");

    private static final Outcome GRANTED = new Outcome.Granted(new TokenSet(
            Secret.of("access"), "bearer", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    private static final Outcome INVALID_GRANT = new Outcome.Dead(Reason.INVALID_GRANT);
    private static final Outcome MISCONFIGURED = new Outcome.Misconfigured();
    private static final Outcome TRANSIENT = new Outcome.Transient(Optional.empty());
    private static final Outcome UNKNOWN = new Suspect(Suspect.Cause.UNKNOWN);
    private static final Outcome ODD = new Suspect(Suspect.Cause.MAYBE_MISCONFIGURED);

    private static RefreshDatabase database;

    private final AtomicLong nanos = new AtomicLong();
    private final MeterRegistry meters = new SimpleMeterRegistry();

    /** Providers that answer when the test says so; one emitter a call. */
    private final List<UniEmitter<? super Outcome>> calls = new CopyOnWriteArrayList<>();

    private Gates one;
    private Gates other;

    @BeforeAll
    static void start() {
        database = RefreshDatabase.named("gates");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
        one = replica(Map.of());
        other = replica(Map.of());
    }

    @Test
    void whileNothingIsWrongTheDatabaseIsNotAsked() {
        // Given
        Gates gates = withoutDatabase();

        // When
        List<Refreshed> answers = Stream.of(GRANTED, TRANSIENT, ODD, GRANTED)
                .map(each -> refresh(gates, each))
                .toList();

        // Then
        assertThat(answers.getFirst()).isInstanceOf(Refreshed.Renewed.class);
        assertThat(answers.getLast()).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void F21_aProviderThatIsAwayIsNotAsked() {
        // Given
        breakDown(one);

        // When
        Unavailable answer = refused(one, DEMANDED);

        // Then
        assertThat(answer.who()).isEqualTo(Action.WAIT);
        assertThat(answer.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
        assertThat(refused(one, BACKGROUND).who()).isEqualTo(Action.WAIT);
        assertThat(gauge("grantkeeper.breaker.open", "cause", "outage")).isEqualTo(1);
        assertThat(counter("grantkeeper.refreshes.refused", "reason", "breaker"))
                .isEqualTo(2);
    }

    @Test
    void F21_otherClientsAreAskedAllTheSame() {
        // Given
        breakDown(one);

        // When
        Refreshed answer =
                get(pass(one, OTHER_CLIENT, DEMANDED, () -> work(one, OTHER_CLIENT, connection(1), GRANTED)));

        // Then
        assertThat(answer).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void F57_aClientThatIsNotWelcomeIsTheOperatorsMatter() {
        // When
        refresh(one, MISCONFIGURED);

        // Then
        assertThat(refused(one, DEMANDED).who()).isEqualTo(Action.CONTACT_OPERATOR);
        assertThat(gauge("grantkeeper.breaker.open", "cause", "misconfigured")).isEqualTo(1);
    }

    @Test
    void theSameOddRefusalOfThreeConnectionsIsTheClients() {
        // When
        List<Outcome> meanings = IntStream.range(0, 4)
                .mapToObj(each -> get(one.weigh(CLIENT, connection(each), ODD)))
                .toList();

        // Then
        assertThat(meanings).containsExactly(ODD, ODD, MISCONFIGURED, MISCONFIGURED);
    }

    @Test
    void aRefusalThatNobodyKnowsIsTheClientsWhereThreeMeetWithIt() {
        // When
        List<Outcome> meanings = IntStream.range(0, 4)
                .mapToObj(each -> get(one.weigh(CLIENT, connection(each), UNKNOWN)))
                .toList();

        // Then
        assertThat(meanings).containsExactly(UNKNOWN, UNKNOWN, MISCONFIGURED, MISCONFIGURED);
        assertThat(refused(one, DEMANDED).who()).isEqualTo(Action.CONTACT_OPERATOR);
    }

    @Test
    void aRefusalThatStaysWhileOthersAreWelcomeIsTheConnections() {
        // Given
        IntStream.range(1, 4).forEach(each -> refresh(one, connection(each), UNKNOWN));
        pauseEnds();
        refresh(one, GRANTED);

        // When
        List<Outcome> meanings = IntStream.range(1, 4)
                .mapToObj(each -> get(one.weigh(CLIENT, connection(each), UNKNOWN)))
                .toList();

        // Then
        assertThat(meanings).containsOnly(UNKNOWN);
        assertThat(rows()).isEmpty();
    }

    @Test
    void I9_replicasShareOneProbe() {
        // Given
        breakDown(one);
        breakDown(other);
        pauseEnds();

        // When
        List<CompletableFuture<Refreshed>> asked =
                Stream.of(one, other, one, other, one, other).map(this::begin).toList();
        await().until(() -> asked.stream().filter(CompletableFuture::isDone).count() == 5);

        // Then
        assertThat(calls).hasSize(1);
        calls.getFirst().complete(TRANSIENT);
        assertThat(asked).allSatisfy(each -> assertThat(get(each)).isInstanceOf(Unavailable.class));
        assertThat(counter("grantkeeper.breaker.probes", "provider", "google")).isEqualTo(1);
        assertThat(refused(one, DEMANDED)).isNotNull();
        assertThat(refused(other, DEMANDED)).isNotNull();
    }

    @Test
    void aProbeThatGoesWellEndsTheOutageForAll() {
        // Given
        breakDown(one);
        breakDown(other);
        pauseEnds();

        // When
        Refreshed probe = refresh(one, GRANTED);

        // Then
        assertThat(probe).isInstanceOf(Refreshed.Renewed.class);
        assertThat(rows()).isEmpty();
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(refresh(other, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(counter("grantkeeper.breaker.probes", "provider", "google")).isEqualTo(1);
        assertThat(gauge("grantkeeper.breaker.open", "cause", "outage")).isZero();
    }

    @Test
    void aProbeThatFailsIsFollowedByAnotherPause() {
        // Given
        breakDown(one);
        pauseEnds();

        // When
        refresh(one, TRANSIENT);

        // Then
        assertThat(refused(one, DEMANDED).retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(25));
    }

    @Test
    void aProbeThatIsCutOffKeepsNothingStuck() {
        // Given
        breakDown(one);
        pauseEnds();
        CompletableFuture<Refreshed> probe = begin(one);
        await().until(() -> calls.size() == 1);

        // When
        probe.cancel(true);

        // Then
        assertThat(refused(one, DEMANDED).retryAfter().orElseThrow()).isEqualTo(Duration.ofSeconds(30));
        pauseEnds();
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void aProbeThatBreaksKeepsNothingStuck() {
        // Given
        breakDown(one);
        pauseEnds();

        // When
        CompletableFuture<Refreshed> probe = pass(one, CLIENT, DEMANDED, () -> {
                    throw new IllegalStateException("broken");
                })
                .subscribeAsCompletionStage();

        // Then
        assertThatThrownBy(() -> probe.get(10, SECONDS)).hasRootCauseMessage("broken");
        assertThat(refused(one, DEMANDED).retryAfter().orElseThrow()).isEqualTo(Duration.ofSeconds(30));
        pauseEnds();
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void aProbeOfWhichNothingIsEverHeardIsFollowedByAnother() {
        // Given
        breakDown(one);
        pauseEnds();
        begin(one);
        await().until(() -> calls.size() == 1);
        assertThat(refused(one, DEMANDED)).isNotNull();

        // When
        pauseEnds();

        // Then
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void aProbeThatAskedNobodyIsLeftToTheNext() {
        // Given
        breakDown(one);
        breakDown(other);
        pauseEnds();

        // When
        Refreshed unasked =
                get(pass(one, CLIENT, DEMANDED, () -> Uni.createFrom().item(Unavailable.untilOperatorActs())));

        // Then
        assertThat(unasked).isEqualTo(Unavailable.untilOperatorActs());
        assertThat(refused(one, DEMANDED).retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(refresh(other, GRANTED)).isInstanceOf(Refreshed.Renewed.class);

        // When
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        // Then
        assertThat(refresh(one, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(counter("grantkeeper.breaker.probes", "provider", "google")).isEqualTo(2);
    }

    @Test
    void aReplicaWithoutDatabaseKeepsItsBreakerOpen() {
        // Given
        Gates gates = withoutDatabase();

        // When
        breakDown(gates);

        // Then
        assertThat(refused(gates, DEMANDED).who()).isEqualTo(Action.WAIT);

        // When
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());

        // Then
        assertThatThrownBy(() -> refresh(gates, GRANTED)).isInstanceOf(CompletionException.class);
        assertThat(refused(gates, DEMANDED)).isNotNull();
    }

    @Test
    void whatTheOthersWereNeverToldIsNotOver() {
        // Given
        AtomicBoolean away = new AtomicBoolean(true);
        Gates gates = replica(Map.of(), outagesWhile(away));
        breakDown(gates);
        assertThat(rows()).isEmpty();

        // When
        away.set(false);
        pauseEnds();
        refresh(gates, TRANSIENT);

        // Then
        assertThat(refused(gates, DEMANDED)).isNotNull();
        assertThat(rows()).containsExactly("outage");
        assertThat(counter("grantkeeper.breaker.probes", "provider", "google")).isEqualTo(1);

        // When
        pauseEnds();

        // Then
        assertThat(refresh(gates, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    void F58_afterFourDeathsTheProviderIsDoubted() {
        // Given
        List<ConnectionId> marked =
                IntStream.range(0, 4).mapToObj(each -> database.active(CLIENT)).toList();

        // When
        List<Refreshed> first = marked.stream().map(each -> die(one, each)).toList();
        Refreshed fifth = die(one, connection(5));

        // Then
        assertThat(first).containsOnly(new Refreshed.Dead(Reason.INVALID_GRANT));
        assertThat(fifth).isInstanceOf(Unavailable.class);
        assertThat(refused(one, DEMANDED).who()).isEqualTo(Action.WAIT);
        assertThat(rows()).containsExactly("incident");
        assertThat(counter("grantkeeper.incidents", "provider", "google")).isEqualTo(1);
        assertThat(gauge("grantkeeper.breaker.open", "cause", "incident")).isEqualTo(1);
    }

    @Test
    void F58_deathsThatComeAtOnceAreCountedBeforeTheyAreWritten() {
        // When
        List<Outcome> meanings = Uni.join()
                .all(IntStream.range(0, 64)
                        .mapToObj(each -> one.weigh(CLIENT, connection(each), INVALID_GRANT))
                        .toList())
                .andFailFast()
                .await()
                .atMost(Duration.ofSeconds(10));

        // Then
        assertThat(meanings).filteredOn(INVALID_GRANT::equals).hasSizeLessThanOrEqualTo(4);
        assertThat(meanings).filteredOn(Outcome.Transient.class::isInstance).hasSizeGreaterThanOrEqualTo(60);
    }

    @Test
    void F58_deathsThatOtherReplicasMarkedCount() {
        // Given
        Stream.generate(() -> database.active(CLIENT)).limit(4).forEach(each -> die(one, each));

        // Then
        assertThat(die(other, connection(5))).isInstanceOf(Unavailable.class);
    }

    @Test
    void F58_anIncidentThatAnotherReplicaKnowsIsJoined() {
        // Given
        Stream.generate(() -> database.active(CLIENT)).limit(4).forEach(each -> die(one, each));
        die(one, connection(5));
        database.sql().execute("delete from connection");

        // Then
        assertThat(die(other, connection(6))).isInstanceOf(Unavailable.class);
        assertThat(refused(other, DEMANDED)).isNotNull();
    }

    @Test
    void fewDeathsAmongManyAreBelieved() {
        // Given
        IntStream.range(0, 100).forEach(each -> get(one.weigh(CLIENT, connection(each), GRANTED)));

        // When
        List<Refreshed> deaths = IntStream.range(100, 120)
                .mapToObj(each -> die(one, database.active(CLIENT)))
                .toList();

        // Then
        assertThat(deaths).hasOnlyElementsOfType(Refreshed.Dead.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    void F58_whileTheIncidentLastsAProbeThatDiesIsWithheldToo() {
        // Given
        incident(one);
        pauseEnds();

        // When
        Refreshed probe = die(one, connection(6));

        // Then
        assertThat(probe).isInstanceOf(Unavailable.class);
        assertThat(refused(one, DEMANDED)).isNotNull();
        assertThat(rows()).containsExactly("incident");
        assertThat(counter("grantkeeper.incidents", "provider", "google")).isEqualTo(1);
    }

    @Test
    void F58_aGrantedProbeEndsTheIncidentAndRevertsItsDeaths() {
        // Given
        ConnectionId revoked = database.dead(CLIENT, "invalid_grant", Duration.ofMinutes(11));
        List<ConnectionId> marked = incident(one);
        assertThat(marked).extracting(database::status).containsOnly("error");
        pauseEnds();

        // When
        Refreshed probe = refresh(one, GRANTED);

        // Then
        assertThat(probe).isInstanceOf(Refreshed.Renewed.class);
        assertThat(marked).extracting(database::status).containsOnly("active");
        assertThat(database.status(revoked)).isEqualTo("error");
        assertThat(die(one, marked.getFirst())).isEqualTo(new Refreshed.Dead(Reason.INVALID_GRANT));
    }

    @Test
    void F58_whoIsToldDeadAgainAfterAnIncidentIsDead() {
        // Given
        List<ConnectionId> removed =
                Stream.generate(() -> database.active(CLIENT)).limit(5).toList();
        removed.forEach(each -> die(one, each));
        pauseEnds();
        refresh(one, GRANTED);

        // When
        List<Refreshed> again = removed.stream().map(each -> die(one, each)).toList();

        // Then
        assertThat(again).containsOnly(new Refreshed.Dead(Reason.INVALID_GRANT));
        assertThat(rows()).isEmpty();
    }

    @Test
    void F58_whoIsToldDeadAgainIsDeadOnWhateverReplica() {
        // Given
        List<ConnectionId> removed =
                Stream.generate(() -> database.active(CLIENT)).limit(5).toList();
        removed.forEach(each -> die(one, each));
        pauseEnds();
        refresh(one, GRANTED);

        // When
        List<Refreshed> again = removed.stream().map(each -> die(other, each)).toList();

        // Then
        assertThat(again).containsOnly(new Refreshed.Dead(Reason.INVALID_GRANT));
        assertThat(rows()).isEmpty();
    }

    @Test
    void F58_theSecondTellingIsNoEvidenceOfAnotherIncident() {
        // Given
        List<ConnectionId> removed =
                Stream.generate(() -> database.active(CLIENT)).limit(5).toList();
        removed.forEach(each -> die(one, each));
        pauseEnds();
        refresh(one, GRANTED);

        // When
        List<Outcome> again = removed.stream()
                .map(each -> get(one.weigh(CLIENT, each, INVALID_GRANT)))
                .toList();

        // Then
        assertThat(again).containsOnly(INVALID_GRANT);
        assertThat(die(one, database.active(CLIENT))).isEqualTo(new Refreshed.Dead(Reason.INVALID_GRANT));
    }

    @Test
    void F58_whileAnIncidentLastsATellingIsDoubtedHoweverOftenItComes() {
        // Given
        ConnectionId told = database.active(CLIENT);
        incident(one);
        pauseEnds();
        die(one, told);

        // When
        pauseEnds();

        // Then
        assertThat(die(one, told)).isInstanceOf(Unavailable.class);
        assertThat(die(other, told)).isInstanceOf(Unavailable.class);
    }

    @Test
    void F65_whoStandsInLineIsToldWhenTheBreakerOpens() {
        // Given
        Gates gates = replica(Map.of("grantkeeper.refresh.calls-per-provider", "1"));
        CompletableFuture<Refreshed> asking = begin(gates);
        CompletableFuture<Refreshed> waiting = begin(gates);
        assertThat(calls).hasSize(1);
        assertThat(waiting).isNotDone();
        assertThat(gauge("grantkeeper.provider.calls", "provider", "google")).isEqualTo(1);

        // When
        calls.getFirst().complete(MISCONFIGURED);

        // Then
        assertThat(get(asking)).isInstanceOf(Unavailable.class);
        assertThat(get(waiting)).isInstanceOf(Unavailable.class);
        assertThat(calls).hasSize(1);
        await().until(() -> gauge("grantkeeper.provider.calls", "provider", "google") == 0);
    }

    @Test
    void F65_whoStandsInLineGoesInWhenAPlaceIsFree() {
        // Given
        Gates gates = replica(Map.of("grantkeeper.refresh.calls-per-provider", "1"));
        CompletableFuture<Refreshed> asking = begin(gates);
        CompletableFuture<Refreshed> waiting = begin(gates);
        assertThat(get(pass(gates, CLIENT, BACKGROUND, () -> Uni.createFrom().nothing())))
                .isEqualTo(Unavailable.forNow(Optional.of(Duration.ofSeconds(1))));

        // When
        calls.getFirst().complete(GRANTED);
        await().until(() -> calls.size() == 2);
        calls.get(1).complete(GRANTED);

        // Then
        assertThat(get(asking)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(get(waiting)).isInstanceOf(Refreshed.Renewed.class);
        assertThat(counter("grantkeeper.refreshes.refused", "reason", "bulkhead"))
                .isEqualTo(1);
    }

    @Test
    void F46_afterAnOutageTheyStartAtTheRateOrComeAgain() {
        // Given
        Gates gates = replica(Map.of("grantkeeper.refresh.ramp-per-second", "1"));
        breakDown(gates);
        pauseEnds();
        refresh(gates, GRANTED);

        // When
        List<CompletableFuture<Refreshed>> herd =
                Stream.generate(() -> begin(gates)).limit(12).toList();

        // Then
        assertThat(calls).hasSize(1);
        assertThat(herd.subList(1, 9)).noneMatch(CompletableFuture::isDone);
        assertThat(herd.subList(9, 12))
                .extracting(each -> ((Unavailable) each.join()).retryAfter().orElseThrow())
                .containsExactly(Duration.ofSeconds(8), Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(refused(gates, BACKGROUND)).isNotNull();
        herd.forEach(each -> each.cancel(true));
    }

    @Test
    void F46_whatAnotherReplicasProbeFoundIsHeardOfBeforeTheNextProbeIsDue() {
        // Given
        Gates other = replica(Map.of());
        breakDown(one);
        get(other.recall());
        pauseEnds();
        CompletableFuture<Refreshed> probe = begin(one);
        await().until(() -> calls.size() == 1);
        refused(other, DEMANDED);

        // When
        get(other.hearOfRecoveries());
        refused(other, DEMANDED);
        calls.getFirst().complete(GRANTED);
        get(probe);
        refused(other, DEMANDED);
        get(other.hearOfRecoveries());

        // Then
        assertThat(refresh(other, GRANTED)).isInstanceOf(Refreshed.Renewed.class);
    }

    @Test
    void aReplicaThatStartsTakesUpWhatIsOpen() {
        // Given
        List<ConnectionId> marked = incident(one);
        Gates started = replica(Map.of());

        // When
        get(started.recall());

        // Then
        assertThat(refused(started, DEMANDED).who()).isEqualTo(Action.WAIT);

        // When
        pauseEnds();
        refresh(started, GRANTED);

        // Then
        assertThat(marked).extracting(database::status).containsOnly("active");
    }

    @Test
    void F57_aChangeIsToldOnce() {
        // Given
        List<String> told = new ArrayList<>();
        Handler handler = listener(told);
        Logger log = Logger.getLogger(Gate.class.getName());
        log.addHandler(handler);

        // When
        try {
            refresh(one, MISCONFIGURED);
            Stream.generate(() -> refused(one, DEMANDED)).limit(20).forEach(each -> {});
            pauseEnds();
            refresh(one, MISCONFIGURED);
            pauseEnds();
            refresh(one, GRANTED);
        } finally {
            log.removeHandler(handler);
        }

        // Then
        assertThat(told)
                .containsExactly(
                        "ERROR provider misconfigured provider=google client=ours",
                        "INFO provider recovered provider=google client=ours");
    }

    @Test
    void everyMeterSaysWhatItIs() {
        // Given
        incident(one);
        pauseEnds();
        refresh(one, GRANTED);

        // Then
        assertThat(meters.getMeters())
                .extracting(Meter::getId)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.getDescription()).isNotBlank());
    }

    @CanIgnoreReturnValue
    private List<ConnectionId> incident(Gates gates) {
        List<ConnectionId> marked =
                Stream.generate(() -> database.active(CLIENT)).limit(4).toList();
        marked.forEach(each -> die(gates, each));
        die(gates, connection(5));
        return marked;
    }

    private void breakDown(Gates gates) {
        IntStream.range(0, 5).forEach(each -> refresh(gates, connection(each), TRANSIENT));
    }

    private void pauseEnds() {
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        database.probesAreDue();
    }

    @CanIgnoreReturnValue
    private Refreshed die(Gates gates, ConnectionId connection) {
        Refreshed refreshed = get(pass(gates, CLIENT, DEMANDED, () -> work(gates, CLIENT, connection, INVALID_GRANT)));
        if (refreshed instanceof Refreshed.Dead dead) {
            database.die(connection, dead.reason().wireName(), Duration.ZERO);
        }
        return refreshed;
    }

    @CanIgnoreReturnValue
    private Refreshed refresh(Gates gates, Outcome outcome) {
        return refresh(gates, connection(0), outcome);
    }

    @CanIgnoreReturnValue
    private static Refreshed refresh(Gates gates, ConnectionId connection, Outcome outcome) {
        return get(pass(gates, CLIENT, DEMANDED, () -> work(gates, CLIENT, connection, outcome)));
    }

    /** One that must not reach the provider. */
    @CanIgnoreReturnValue
    private static Unavailable refused(Gates gates, Urgency urgency) {
        Refreshed refreshed = get(pass(gates, CLIENT, urgency, () -> {
            throw new AssertionError("The provider was asked.");
        }));
        return (Unavailable) refreshed;
    }

    /** A refresh that ends when the test says so. */
    @CanIgnoreReturnValue
    private CompletableFuture<Refreshed> begin(Gates gates) {
        return pass(
                        gates,
                        CLIENT,
                        DEMANDED,
                        () -> Uni.createFrom()
                                .<Outcome>emitter(calls::add)
                                .chain(outcome -> work(gates, CLIENT, connection(0), outcome)))
                .subscribeAsCompletionStage();
    }

    private static Uni<Refreshed> pass(Gates gates, ClientAt client, Urgency urgency, Supplier<Uni<Refreshed>> work) {
        return gates.pass(client, urgency, work, answer -> answer);
    }

    private static Uni<Refreshed> work(Gates gates, ClientAt client, ConnectionId connection, Outcome outcome) {
        return gates.weigh(client, connection, outcome).map(GatesTest::settled);
    }

    private static Refreshed settled(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted ->
                new Refreshed.Renewed(TestConnections.held(Duration.ofHours(1), Duration.ZERO));
            case Outcome.Dead dead -> new Refreshed.Dead(dead.reason());
            case Outcome.Misconfigured misconfigured -> Unavailable.untilOperatorActs();
            default -> Unavailable.forNow(Optional.empty());
        };
    }

    private Gates replica(Map<String, String> settings) {
        return replica(settings, new SharedOutages(database.pool()));
    }

    private Gates replica(Map<String, String> settings, SharedOutages outages) {
        return new Gates(outages, RefreshConfigTest.config(settings), meters, nanos::get, () -> 1);
    }

    /** Cannot tell the others of a breaker while the database is away. */
    private static SharedOutages outagesWhile(AtomicBoolean away) {
        return new SharedOutages(database.pool()) {
            @Override
            Uni<Claim.Waiting> open(ClientAt client, Cause cause, Duration ago, Duration pause) {
                return away.get()
                        ? Uni.createFrom().failure(new IllegalStateException("away"))
                        : super.open(client, cause, ago, pause);
            }
        };
    }

    private Gates withoutDatabase() {
        return new Gates(
                new SharedOutages(database.poolOfNothing()),
                RefreshConfigTest.config(Map.of()),
                meters,
                nanos::get,
                () -> 1);
    }

    private static List<String> rows() {
        return database.sql().ask("select cause from provider_outage");
    }

    private double gauge(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).gauge().value();
    }

    private double counter(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).counter().count();
    }

    private static Handler listener(List<String> told) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getLevel() + " " + line.getMessage().formatted(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static ConnectionId connection(int number) {
        return new ConnectionId(new UUID(0, number));
    }

    @CanIgnoreReturnValue
    private static <T> T get(Uni<T> uni) {
        return get(uni.subscribeAsCompletionStage());
    }

    @CanIgnoreReturnValue
    private static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(10, SECONDS).join();
    }
}
