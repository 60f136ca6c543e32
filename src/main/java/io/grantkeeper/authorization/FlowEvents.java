package io.grantkeeper.authorization;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Follows flows on behalf of those who wait for their end.
 *
 * <p>Whichever replica ends a flow, its row tells; so that a stream misses nothing, it looks there, once a second.
 */
@ApplicationScoped
class FlowEvents {

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Each is a read a second; whoever is one too many can ask now and then. */
    private static final int MOST = 200;

    private final Attempts attempts;
    private final AtomicInteger open = new AtomicInteger();

    FlowEvents(Attempts attempts) {
        this.attempts = attempts;
    }

    /** How far a flow is now; fails with {@code not_found} where this account and agent have no such flow. */
    Uni<FlowStatus> status(AskedFlow flow) {
        return attempts.progress(flow.id(), flow.visibility())
                .map(progress -> progress.map(FlowStatus::of).orElseThrow(FlowEvents::notFound));
    }

    /** The same, where there is room for one more to follow it; fails with {@code rate_limited} otherwise. */
    Uni<FlowStatus> begin(AskedFlow flow) {
        return Uni.createFrom().deferred(() -> {
            if (open.get() >= MOST) {
                throw tooMany();
            }
            return status(flow);
        });
    }

    /**
     * How far a flow is, each time that it changes, until it has ended. Tells nothing where too many began at once; whoever
     * comes again is told why.
     */
    Multi<FlowStatus> follow(AskedFlow flow) {
        return Multi.createFrom().deferred(() -> {
            if (open.incrementAndGet() > MOST) {
                open.decrementAndGet();
                return Multi.createFrom().empty();
            }
            return status(flow)
                    .repeat()
                    .withDelay(EVERY)
                    .whilst(status -> !status.ended())
                    .skip()
                    .repetitions()
                    .onTermination()
                    .invoke(open::decrementAndGet);
        });
    }

    static Problem notFound() {
        return Problem.of(ProblemCode.NOT_FOUND, "There is no such flow.");
    }

    private static Problem tooMany() {
        return Problem.of(ProblemCode.RATE_LIMITED, "Too many flows are followed here: ask without text/event-stream.")
                .retryAfter(EVERY);
    }
}
