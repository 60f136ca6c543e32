package io.grantkeeper.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

    private static final int THREADS = 32;
    private static final int CALLERS = 10_000;

    private final SingleFlight<String, String> flights = new SingleFlight<>();

    /** Work that ends when the test says so; one emitter a call. */
    private final List<UniEmitter<? super String>> calls = new CopyOnWriteArrayList<>();

    @Test
    void I1_tenThousandCallersShareOneCall() throws Exception {
        // Given
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<List<CompletableFuture<String>>>> joining = new ArrayList<>();
        List<CompletableFuture<String>> joined = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                joining.add(threads.submit(() -> joinAtOnce(start, CALLERS / THREADS)));
            }
            for (Future<List<CompletableFuture<String>>> each : joining) {
                joined.addAll(each.get(10, SECONDS));
            }
        }
        calls.getFirst().complete("token");

        // Then
        assertThat(joined)
                .hasSize(CALLERS / THREADS * THREADS)
                .allSatisfy(each -> assertThat(each).isCompletedWithValue("token"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void I1_callersThatComeWhileFlightsEndNeverFindTwoInTheAir() throws Exception {
        // Given
        CyclicBarrier start = new CyclicBarrier(THREADS);
        AtomicBoolean inTheAir = new AtomicBoolean();
        AtomicBoolean two = new AtomicBoolean();
        Uni<String> work = Uni.createFrom().item(() -> {
            if (!inTheAir.compareAndSet(false, true)) {
                two.set(true);
            }
            Thread.onSpinWait();
            inTheAir.set(false);
            return "token";
        });

        // When
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                running.add(threads.submit(() -> {
                    start.await();
                    for (int call = 0; call < 500; call++) {
                        flights.join("k", () -> work).await().indefinitely();
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(20, SECONDS);
            }
        }

        // Then
        assertThat(two).isFalse();
    }

    @Test
    void otherKeysHaveOtherFlights() {
        // Given
        CompletableFuture<String> one = join("one");
        CompletableFuture<String> other = join("other");

        // When
        calls.get(1).complete("token of the other");

        // Then
        assertThat(other).isCompletedWithValue("token of the other");
        assertThat(one).isNotDone();
    }

    @Test
    void aCallerThatHangsUpCancelsNothing() {
        // Given
        AtomicBoolean cancelled = new AtomicBoolean();
        Uni<String> work =
                Uni.createFrom().<String>emitter(calls::add).onCancellation().invoke(() -> cancelled.set(true));
        Cancellable impatient = flights.join("k", () -> work).subscribe().with(token -> {});
        CompletableFuture<String> patient = flights.join("k", () -> work).subscribeAsCompletionStage();

        // When
        impatient.cancel();
        calls.getFirst().complete("token");

        // Then
        assertThat(patient).isCompletedWithValue("token");
        assertThat(cancelled).isFalse();
    }

    @Test
    void F50_aFlightThatEverybodyLeftGoesOnAndIsJoinedAgain() {
        // Given
        CompletableFuture<String> impatient = join("k");
        impatient.cancel(true);

        // When
        CompletableFuture<String> later = join("k");
        calls.getFirst().complete("token");

        // Then
        assertThat(later).isCompletedWithValue("token");
        assertThat(calls).hasSize(1);
    }

    @Test
    void aFailureIsEverybodys() {
        // Given
        List<CompletableFuture<String>> joined =
                Stream.generate(() -> join("k")).limit(3).toList();

        // When
        calls.getFirst().fail(new IllegalStateException("away"));

        // Then
        assertThat(joined)
                .allSatisfy(each -> assertThatThrownBy(each::join)
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseMessage("away"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void aFailureIsNotKept() {
        // Given
        CompletableFuture<String> first = join("k");
        calls.getFirst().fail(new IllegalStateException("away"));

        // When
        CompletableFuture<String> second = join("k");
        calls.get(1).complete("token");

        // Then
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue("token");
    }

    @Test
    void aFlightThatCannotEvenStartIsNotKept() {
        // Given
        CompletableFuture<String> broken = flights.join("k", () -> {
                    throw new IllegalStateException("broken");
                })
                .subscribeAsCompletionStage();

        // When
        CompletableFuture<String> second = join("k");
        calls.getFirst().complete("token");

        // Then
        assertThatThrownBy(broken::join).hasRootCauseMessage("broken");
        assertThat(second).isCompletedWithValue("token");
    }

    @Test
    void afterTheEndANewFlightStarts() {
        // Given
        CompletableFuture<String> first = join("k");
        calls.getFirst().complete("first");

        // When
        CompletableFuture<String> second = join("k");
        calls.get(1).complete("second");

        // Then
        assertThat(first).isCompletedWithValue("first");
        assertThat(second).isCompletedWithValue("second");
    }

    @Test
    void nothingStartsBeforeSomebodyWaits() {
        // When
        Uni<String> unused = flights.join("k", this::work);

        // Then
        assertThat(unused).isNotNull();
        assertThat(calls).isEmpty();
    }

    @Test
    void eachCallerGoesOnInItsOwnContext() throws Exception {
        // Given
        Vertx vertx = Vertx.vertx();
        try {
            Context one = ((VertxInternal) vertx).createEventLoopContext();
            Context other = ((VertxInternal) vertx).createEventLoopContext();
            CompletableFuture<Context> first = new CompletableFuture<>();
            CompletableFuture<Context> second = new CompletableFuture<>();

            // When
            joinOn(one, first);
            joinOn(other, second);
            calls.getFirst().complete("token");

            // Then
            assertThat(first.get(5, SECONDS)).isSameAs(one);
            assertThat(second.get(5, SECONDS)).isSameAs(other);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void aFailureComesInTheCallersContextToo() throws Exception {
        // Given
        Vertx vertx = Vertx.vertx();
        try {
            Context own = ((VertxInternal) vertx).createEventLoopContext();
            CompletableFuture<Context> failed = new CompletableFuture<>();

            // When
            onContext(
                    own,
                    () -> flights.join("k", this::work)
                            .subscribe()
                            .with(token -> {}, failure -> failed.complete(Vertx.currentContext())));
            calls.getFirst().fail(new IllegalStateException("away"));

            // Then
            assertThat(failed.get(5, SECONDS)).isSameAs(own);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void joinOn(Context context, CompletableFuture<Context> resumed) throws Exception {
        onContext(
                context,
                () -> flights.join("k", this::work)
                        .subscribe()
                        .with(token -> resumed.complete(Vertx.currentContext()), resumed::completeExceptionally));
    }

    /** Returns once it has run. */
    private static void onContext(Context context, Runnable work)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            work.run();
            done.complete(null);
        });
        done.get(5, SECONDS);
    }

    private List<CompletableFuture<String>> joinAtOnce(CyclicBarrier start, int count)
            throws BrokenBarrierException, InterruptedException {
        start.await();
        return Stream.generate(() -> join("k")).limit(count).toList();
    }

    private CompletableFuture<String> join(String key) {
        return flights.join(key, this::work).subscribeAsCompletionStage();
    }

    private Uni<String> work() {
        return Uni.createFrom().emitter(calls::add);
    }
}
