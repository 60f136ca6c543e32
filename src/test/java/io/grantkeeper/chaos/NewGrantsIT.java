package io.grantkeeper.chaos;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Relay.Link;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestDatabase;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grants that are not connections yet when the process dies that was given them (rows F8 and F10). */
@Tag("chaos")
class NewGrantsIT {

    /** Two seconds are promised; this is a small machine. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(4);

    private static final Duration LEASE_OVER = World.LEASE.plusSeconds(4);
    private static final AtomicInteger SUBJECTS = new AtomicInteger();

    private final String subject = "new-" + SUBJECTS.incrementAndGet();
    private World world;
    private Replica a;
    private Replica b;
    private TestDatabase database;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        a = world.a();
        b = world.b();
        database = world.replicas().database();
    }

    @Test
    void F8_killAfterTheExchangeLeavesAFlowThatEndsAndAWayToTryAgain() {
        // Given
        ScriptedProvider provider = world.forgiving();
        Answer offered = a.user().post("/api/apps/authorize", "{\"provider\": \"forgiving\"}");
        String flow = "/api/apps/authorize/" + offered.text("id");
        Browser browser = a.browser();
        URI callback = agreed(browser, URI.create(offered.text("authorizationUrl")), provider);
        provider.next(Endpoint.TOKEN, Script.properly(killedWithTheAnswerUnread(a)));

        // When
        assertThatThrownBy(() -> browser.openFromElsewhere(callback)).isInstanceOf(UncheckedIOException.class);
        awaitDeath(a);
        String meanwhile = b.user().get(flow).text("status");
        a.start();
        Answer reloaded = browser.openFromElsewhere(callback);
        boolean endsSoon = is("expires_at <= clock_timestamp() + interval '30 seconds'", offered);
        passes(Duration.ofSeconds(30), offered);
        String afterwards = b.user().get(flow).text("status");

        // Then
        assertThat(meanwhile).isEqualTo("pending");
        assertFailurePage(reloaded, 400);
        assertThat(reloaded.body()).contains("try again");
        assertThat(endsSoon).isTrue();
        assertThat(afterwards).isEqualTo("expired");
        assertThat(provider.exchanges()).hasSize(1);
        assertThat(connections()).isEmpty();
        // And once more from the beginning.
        URI again = agreed(browser, a.process().url().resolve("/api/apps/authorize?provider=forgiving"), provider);
        assertPage(browser.openFromElsewhere(again), "connected");
        assertThat(connections()).hasSize(1);
    }

    @Test
    void F10_killAfterRotationWithGraceLosesNothing() {
        // Given
        ScriptedProvider provider = world.forgiving();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.properly(killedWithTheAnswerUnread(a, Excuse.SECOND_ASKER)));

        // When
        CompletableFuture<Answer> first = start(a, provider, token);
        awaitDeath(a);

        // Then
        Connected connection = awaitConnection(provider, TAKEN_OVER);
        assertThat(first).failsWithin(Duration.ofSeconds(5));
        assertProblem(start(b, provider, token).join(), 409, "duplicate", "fix_request");
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(refreshes(provider)).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(refreshes(provider)).extracting(Refresh::presented).containsOnly(token);
        assertThat(world.violations(provider)).isEmpty();
        assertNothingIsPending();
        world.replicas().expire(connection);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
    }

    @Test
    void F10_killAfterRotationWithoutGraceIsLostAndSaidSo() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        double before = b.metric("grantkeeper_rotation_lost_total");
        provider.next(Endpoint.TOKEN, Script.properly(killedWithTheAnswerUnread(a, Excuse.SECOND_ASKER, Excuse.LOSS)));

        // When
        start(a, provider, token);
        awaitDeath(a);

        // Then
        await().atMost(LEASE_OVER).until(() -> b.metric("grantkeeper_rotation_lost_total") == before + 1);
        assertThat(connections()).isEmpty();
        assertNothingIsPending();
        assertThat(refreshes(provider)).extracting(Refresh::outcome).containsExactly("granted", "invalid_grant");
        assertProblem(start(b, provider, token).join(), 422, "import_rejected", "fix_request");
        assertThat(b.metric("grantkeeper_rotation_lost_total")).isEqualTo(before + 1);
    }

    @Test
    void F10_killBeforeTheProviderActedIsFinished() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.afterReading(() -> world.kill(a, Excuse.SECOND_ASKER)));

        // When
        start(a, provider, token);
        awaitDeath(a);

        // Then
        Connected connection = awaitConnection(provider, LEASE_OVER);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(refreshes(provider)).extracting(Refresh::outcome).containsExactly("scripted", "granted");
        assertThat(world.violations(provider)).isEmpty();
        assertNothingIsPending();
    }

    @Test
    void F10_killAfterTheSuccessorIsWrittenLosesNothingWithoutAnyGrace() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.USERINFO, Script.afterReading(() -> world.kill(a)));

        // When
        start(a, provider, token);
        awaitDeath(a);

        // Then
        Connected connection = awaitConnection(provider, LEASE_OVER);
        assertProblem(start(b, provider, token).join(), 409, "duplicate", "fix_request");
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(refreshes(provider)).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(refreshes(provider)).extracting(Refresh::presented).doesNotHaveDuplicates();
        assertThat(world.violations(provider)).isEmpty();
        assertNothingIsPending();
    }

    @Test
    void F10_bothKilledTogetherAreFinishedBeforeTheNextIsReady() {
        // Given
        ScriptedProvider provider = world.forgiving();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.between(a::freeze, () -> {
            world.kill(b, Excuse.SECOND_ASKER);
            world.kill(a, Excuse.SECOND_ASKER);
        })));

        // When
        start(a, provider, token);
        awaitDeath(a);
        awaitDeath(b);
        b.start();

        // Then
        assertThat(connections()).hasSize(1);
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void F10_ofManyThatBringOneTokenOneIsImportedAndOneCallIsMade() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.after(Duration.ofMillis(300))));

        // When
        List<CompletableFuture<Answer>> imports = IntStream.range(0, 20)
                .mapToObj(each -> start(each % 2 == 0 ? a : b, provider, token))
                .toList();

        // Then
        List<Answer> answers = imports.stream().map(CompletableFuture::join).toList();
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 201)
                .allSatisfy(answer -> assertProblem(answer, 409, "duplicate", "fix_request"));
        assertThat(refreshes(provider)).hasSize(1);
        assertThat(connections()).hasSize(1);
    }

    @Test
    void F10_aRotatedTokenInHandOutlivesAnOutageOfTheDatabase() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.between(world.postgres()::stopImmediately, () -> {})));

        // When
        Answer during = start(a, provider, token).join();
        world.postgres().start();
        world.history().fault("PostgreSQL away with a token in hand", Set.of());

        // Then
        assertProblem(during, 503, "refresh_unavailable", "wait");
        Connected connection = awaitConnection(provider, Duration.ofSeconds(5));
        assertThat(world.askUntilGranted(b, connection, TAKEN_OVER).isGranted()).isTrue();
        assertThat(refreshes(provider)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(world.violations(provider)).isEmpty();
        assertNothingIsPending();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void F10_aLostAcknowledgementIsLookedUp(boolean happened) {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        AtomicReference<Link> saving = new AtomicReference<>();
        AtomicInteger losses = new AtomicInteger();
        a.network().watch((statement, link) -> {
            if (Statements.isNewCredential(statement)) {
                saving.set(link);
            }
            if (statement.equalsIgnoreCase("commit") && link == saving.get() && losses.incrementAndGet() == 1) {
                if (happened) {
                    link.loseAnswer(() -> {});
                } else {
                    link.reset();
                }
            }
        });

        // When
        Answer answer = start(a, provider, token).join();

        // Then
        assertThat(losses).hasPositiveValue();
        assertThat(answer.status()).as(answer::toString).isEqualTo(201);
        assertThat(connections()).containsExactly(answer.text("id"));
        assertThat(refreshes(provider)).hasSize(1);
        assertNothingIsPending();
    }

    @Test
    void F10_withoutADurableIntentNoProviderIsAsked() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        world.postgres().readOnly(true);
        Pause.of(Duration.ofMillis(200));

        // When
        Answer during = start(a, provider, token).join();
        world.postgres().readOnly(false);

        // Then
        assertThat(during.status()).as(during::toString).isEqualTo(503);
        assertThat(refreshes(provider)).isEmpty();
        await().atMost(TAKEN_OVER).until(() -> start(a, provider, token).join().status() == 201);
    }

    @Test
    void F10_aLateSuccessIsKept() {
        // Given
        ScriptedProvider provider = world.strict();
        String token = provider.refreshTokenOf(subject);
        provider.next(
                Endpoint.TOKEN, Script.properly(Delivery.after(World.CALLER_DEADLINE.plus(Duration.ofMillis(800)))));

        // When
        Answer answer = start(a, provider, token).join();
        Answer again = start(b, provider, token).join();

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertProblem(again, 409, "duplicate", "fix_request");
        Connected connection = awaitConnection(provider, TAKEN_OVER);
        assertThat(world.ask(b, connection).isGranted()).isTrue();
        assertThat(refreshes(provider)).hasSize(1);
    }

    @Test
    void F10_anAnswerThatIsLostIsAskedForAgain() {
        // Given
        ScriptedProvider provider = world.forgiving();
        String token = provider.refreshTokenOf(subject);
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.halfAndReset()));

        // When
        Answer answer = start(a, provider, token).join();

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        awaitConnection(provider, TAKEN_OVER);
        assertThat(refreshes(provider)).extracting(Refresh::presented).containsExactly(token, token);
    }

    /** Where the provider sends back the user who agrees. */
    private URI agreed(Browser browser, URI departure, ScriptedProvider provider) {
        Answer redirect = browser.click(departure);
        assertThat(redirect.status()).as(redirect::toString).isEqualTo(302);
        return provider.agree(redirect.location(), subject);
    }

    private boolean is(String condition, Answer flow) {
        return database.ask("select " + condition + " from authorization_attempt where id = ?::uuid", flow.text("id"))
                .equals(List.of("t"));
    }

    /** As if so much time had passed for this flow. */
    private void passes(Duration time, Answer flow) {
        database.execute(
                "update authorization_attempt set expires_at = expires_at - make_interval(secs => ?) where id = ?::uuid",
                time.toSeconds(),
                flow.text("id"));
    }

    private CompletableFuture<Answer> start(Replica replica, ScriptedProvider provider, String token) {
        return replica.user()
                .start(
                        "POST",
                        "/api/apps",
                        "{\"provider\": \"%s\", \"refreshToken\": \"%s\"}".formatted(provider.id(), token));
    }

    private Connected awaitConnection(ScriptedProvider provider, Duration patience) {
        String id = await().atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(this::connections, found -> !found.isEmpty())
                .getFirst();
        return world.adopt(new Connected(id, subject, provider));
    }

    private List<String> connections() {
        return database.ask("select id::text from connection where provider_subject = ?", subject);
    }

    private void assertNothingIsPending() {
        assertThat(database.ask("select count(*) from pending_import")).containsExactly("0");
    }

    private List<Refresh> refreshes(ScriptedProvider provider) {
        return provider.log().refreshesOf(subject);
    }

    private Delivery killedWithTheAnswerUnread(Replica replica, Excuse... excuses) {
        return Delivery.between(replica::freeze, () -> world.kill(replica, excuses));
    }

    private static void awaitDeath(Replica replica) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !replica.isRunning());
    }
}
