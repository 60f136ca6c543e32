package io.grantkeeper.boot;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Tasks that are begun again and again, with nobody waiting for them. One that fails is told of, and begun again. */
final class Rounds {

    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final int MOST_OVERLAPS = 128;

    private final List<Cancellable> running = new CopyOnWriteArrayList<>();

    /** One after the other: what takes longer than its period is not started twice. */
    void every(Duration period, String what, Supplier<Uni<Void>> task) {
        running.add(ticks(period)
                .onItem()
                .transformToUniAndConcatenate(tick -> told(what, task))
                .subscribe()
                .with(done -> {}, failure -> tell(what, failure)));
    }

    /** Begun again although earlier ones may still run: for what is quick to look and slow to act. */
    void overlapping(Duration period, String what, Supplier<Uni<Void>> task) {
        running.add(ticks(period)
                .onItem()
                .transformToUni(tick -> told(what, task))
                .merge(MOST_OVERLAPS)
                .subscribe()
                .with(done -> {}, failure -> tell(what, failure)));
    }

    void stop() {
        running.forEach(Cancellable::cancel);
    }

    /** The task, whose failure is told and no failure any more. */
    static Uni<Void> told(String what, Supplier<Uni<Void>> task) {
        return Uni.createFrom()
                .deferred(() -> task.get())
                .onFailure()
                .invoke(failure -> tell(what, failure))
                .onFailure()
                .recoverWithNull();
    }

    private static Multi<Long> ticks(Duration period) {
        return Multi.createFrom().ticks().every(period).onOverflow().drop();
    }

    private static void tell(String what, Throwable failure) {
        LOG.warnf("round failed task=%s cause=%s", what, failure.getClass().getSimpleName());
    }
}
