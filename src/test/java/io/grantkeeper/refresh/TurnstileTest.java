package io.grantkeeper.refresh;

import static io.grantkeeper.refresh.Urgency.BACKGROUND;
import static io.grantkeeper.refresh.Urgency.DEMANDED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.refresh.Turnstile.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TurnstileTest {

    private final Turnstile turnstile = new Turnstile(4, 3);

    @Test
    void F65_asManyAsThereArePlacesGoInAndAFewWait() {
        // When
        List<Turn> turns = enter(DEMANDED, 8);

        // Then
        assertThat(turns.subList(0, 4)).allMatch(Turn::isInside);
        assertThat(turns.subList(4, 7)).allMatch(Turn::isWaiting);
        assertThat(turns.get(7).isInside()).isFalse();
        assertThat(turns.get(7).isWaiting()).isFalse();
        assertThat(turnstile.inside()).isEqualTo(4);
    }

    @Test
    void whoeverLeavesCallsTheNextInLine() {
        // Given
        List<Turn> turns = enter(DEMANDED, 6);
        CompletableFuture<Boolean> fifth = called(turns.get(4));
        CompletableFuture<Boolean> sixth = called(turns.get(5));

        // When
        turns.getFirst().leave();

        // Then
        assertThat(fifth).isCompletedWithValue(true);
        assertThat(turns.get(4).isInside()).isTrue();
        assertThat(sixth).isNotDone();
        assertThat(turnstile.inside()).isEqualTo(4);
    }

    @Test
    void whoeverLeavesTheLineIsNotCalled() {
        // Given
        List<Turn> turns = enter(DEMANDED, 6);
        CompletableFuture<Boolean> fifth = called(turns.get(4));
        turns.get(4).leave();

        // When
        turns.getFirst().leave();

        // Then
        assertThat(fifth).isNotDone();
        assertThat(turns.get(5).isInside()).isTrue();
    }

    @Test
    void whoeverWasCalledAndDidNotHearItGivesThePlaceBack() {
        // Given
        List<Turn> turns = enter(DEMANDED, 6);
        turns.getFirst().leave();

        // When
        turns.get(4).leave();

        // Then
        assertThat(turns.get(5).isInside()).isTrue();
        assertThat(turnstile.inside()).isEqualTo(4);
    }

    @Test
    void leavingTwiceIsLeavingOnce() {
        // Given
        List<Turn> turns = enter(DEMANDED, 2);

        // When
        turns.getFirst().leave();
        turns.getFirst().leave();

        // Then
        assertThat(turnstile.inside()).isEqualTo(1);
    }

    @Test
    void theBackgroundHasHalfOfThePlacesAndDoesNotQueue() {
        // When
        List<Turn> background = enter(BACKGROUND, 3);
        List<Turn> demanded = enter(DEMANDED, 3);

        // Then
        assertThat(background).extracting(Turn::isInside).containsExactly(true, true, false);
        assertThat(background.get(2).isWaiting()).isFalse();
        assertThat(demanded).extracting(Turn::isInside).containsExactly(true, true, false);
        assertThat(demanded.get(2).isWaiting()).isTrue();

        // When
        background.getFirst().leave();

        // Then
        assertThat(demanded.get(2).isInside()).isTrue();
        assertThat(turnstile.enter(BACKGROUND).isInside()).isFalse();

        // When
        demanded.forEach(Turn::leave);

        // Then
        assertThat(turnstile.enter(BACKGROUND).isInside()).isTrue();
        assertThat(turnstile.enter(BACKGROUND).isInside()).isFalse();
    }

    @Test
    void noPlaceIsLostHoweverTheyComeAndGo() throws Exception {
        // Given
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);

        // When
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Urgency urgency = thread % 2 == 0 ? DEMANDED : BACKGROUND;
                running.add(pool.submit(() -> {
                    start.await();
                    for (int each = 0; each < 5_000; each++) {
                        turnstile.enter(urgency).leave();
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(20, SECONDS);
            }
        }

        // Then
        assertThat(turnstile.inside()).isZero();
        assertThat(enter(DEMANDED, 4)).allMatch(Turn::isInside);
    }

    private List<Turn> enter(Urgency urgency, int count) {
        return Stream.generate(() -> turnstile.enter(urgency)).limit(count).toList();
    }

    private static CompletableFuture<Boolean> called(Turn turn) {
        return turn.called().subscribeAsCompletionStage();
    }
}
