package io.grantkeeper.refresh;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.OperatorsService.Connected;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a provider that says nothing holds up, and for how long. All of it begins at once, so that it is waited for once. */
class PatienceIT {

    private static final Duration AT_LEAST = Duration.ofSeconds(9);
    private static final Duration AT_MOST = Duration.ofMillis(12_500);

    private static ScriptedProvider provider;
    private static Connected waiting;
    private static Connected removed;
    private static TestUser newcomer;
    private static CompletableFuture<Timed> token;
    private static CompletableFuture<Timed> callback;
    private static CompletableFuture<Timed> removal;

    private record Timed(Answer answer, Duration after) {

        static CompletableFuture<Timed> of(Supplier<Answer> call) {
            Instant begin = Instant.now();
            return CompletableFuture.supplyAsync(call)
                    .thenApply(answer -> new Timed(answer, Duration.between(begin, Instant.now())));
        }
    }

    @BeforeAll
    static void beginEverything() {
        OperatorsService operators = OperatorsService.get();
        provider = operators.telling();
        waiting = operators.expired();
        removed = operators.expired();
        newcomer = operators.user();
        var agent = waiting.user().agent("token").api();
        Browser browser = newcomer.browser();
        Flow flow = newcomer.begin(browser, "provider=telling");
        URI back = provider.agree(flow.request(), newcomer.subject());
        provider.always(Endpoint.TOKEN, Script.hang());
        provider.next(Endpoint.REVOKE, Script.hang());
        token = Timed.of(() -> agent.get("/api/apps/" + waiting.id() + "/token"));
        callback = Timed.of(() -> browser.openFromElsewhere(back));
        removal = Timed.of(() -> removed.user().api().delete("/api/apps/" + removed.id()));
    }

    @AfterAll
    static void letGo() {
        provider.reset();
    }

    @Test
    void aTokenCallIsAnsweredAfterTenSecondsAndTheConnectionStaysActive() {
        // When
        Timed timed = token.join();

        // Then
        assertProblem(timed.answer(), 503, "refresh_unavailable", "wait");
        assertThat(timed.answer().header("Retry-After")).isPresent();
        assertThat(timed.after()).isBetween(AT_LEAST, AT_MOST);
        assertThat(waiting.user().api().get("/api/apps/" + waiting.id()).text("status"))
                .isEqualTo("active");
    }

    @Test
    void aCallbackIsAnsweredAfterTenSecondsAndNothingIsConnected() {
        // When
        Timed timed = callback.join();

        // Then
        assertFailurePage(timed.answer(), 400);
        assertThat(timed.answer().told()).contains("try again");
        assertThat(timed.after()).isBetween(AT_LEAST, AT_MOST);
        assertThat(newcomer.api().get("/api/apps").json().path("items")).isEmpty();
    }

    @Test
    void A111_aRemovalWaitsThreeSecondsAndTheGrantIsEndedLater() {
        // When
        Timed timed = removal.join();

        // Then
        assertThat(timed.answer().status()).isEqualTo(204);
        assertThat(timed.answer().header("Grantkeeper-Revocation")).contains("pending");
        assertThat(timed.after()).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
        assertThat(removed.user().api().get("/api/apps/" + removed.id()).status())
                .isEqualTo(404);
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> provider.calls(Endpoint.REVOKE).stream()
                        .anyMatch(call -> call.outcome().equals("granted")));
        assertThat(provider.knows(removed.user().subject())).isFalse();
    }
}
