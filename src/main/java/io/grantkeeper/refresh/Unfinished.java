package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The ends of refreshes that PostgreSQL could not take yet: held here until it can, since a rotated refresh token exists
 * nowhere else. Whoever asks meanwhile is answered with what is held.
 */
@ApplicationScoped
class Unfinished {

    private static final Logger LOG = Logger.getLogger(Unfinished.class);
    private static final int AT_ONCE = 16;

    /** SQLSTATE classes: data that PostgreSQL cannot hold, and rules of the schema. It will not think better of them. */
    private static final Set<String> FOR_GOOD = Set.of("22", "23");

    private final Map<ConnectionId, End> ends = new ConcurrentHashMap<>();
    private final AtomicLong givenUp = new AtomicLong();

    /**
     * One end of a refresh.
     *
     * @param write writes it; may be done any number of times
     * @param meanwhile what is true of the refresh although it is not written
     */
    private record End(Supplier<Uni<Refreshed>> write, Refreshed meanwhile) {}

    /** Writes it now, or as soon as PostgreSQL is back; the answer is there either way. */
    Uni<Refreshed> write(ConnectionId id, Supplier<Uni<Refreshed>> write, Refreshed meanwhile) {
        End end = new End(write, meanwhile);
        return once(end)
                .onFailure(Unfinished::isForGood)
                .recoverWithItem(refusal -> giveUp(id, end, refusal))
                .onFailure()
                .recoverWithItem(failure -> hold(id, end, failure));
    }

    /** Whether PostgreSQL has understood what it was to write, and will never take it. */
    static boolean isForGood(Throwable failure) {
        return sqlState(failure)
                .filter(state -> state.length() == 5 && FOR_GOOD.contains(state.substring(0, 2)))
                .isPresent();
    }

    private static Optional<String> sqlState(Throwable failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof PgException refusal) {
                return Optional.ofNullable(refusal.getSqlState());
            }
        }
        return Optional.empty();
    }

    private Refreshed hold(ConnectionId id, End end, Throwable failure) {
        LOG.errorf(
                "end of refresh held in memory connection=%s cause=%s",
                id, failure.getClass().getSimpleName());
        ends.put(id, end);
        return end.meanwhile();
    }

    /** The lease ends by itself, and what was asked of the provider stays uncertain. */
    private Refreshed giveUp(ConnectionId id, End end, Throwable refusal) {
        ends.remove(id, end);
        givenUp.incrementAndGet();
        LOG.errorf(
                "end of refresh given up connection=%s sqlState=%s",
                id, sqlState(refusal).orElse(""));
        return end.meanwhile();
    }

    /** What to answer for a connection whose last refresh is not written yet. */
    Optional<Refreshed> meanwhile(ConnectionId id) {
        return Optional.ofNullable(ends.get(id)).map(End::meanwhile);
    }

    int count() {
        return ends.size();
    }

    /** How many PostgreSQL would not take, since the start. */
    long givenUp() {
        return givenUp.get();
    }

    /** Tries all of them again. For whoever keeps time, several times a second. */
    Uni<Void> retry() {
        return Multi.createFrom()
                .iterable(Map.copyOf(ends).entrySet())
                .onItem()
                .transformToUni(each -> retry(each.getKey(), each.getValue()))
                .merge(AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** A failure was told when the end was first held; four times a second would tell nobody more. */
    private Uni<Void> retry(ConnectionId id, End end) {
        return once(end)
                .invoke(written -> {
                    ends.remove(id, end);
                    LOG.infof("end of refresh written connection=%s", id);
                })
                .onFailure(Unfinished::isForGood)
                .recoverWithItem(refusal -> giveUp(id, end, refusal))
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    private static Uni<Refreshed> once(End end) {
        return Patience.withDatabase(Uni.createFrom().deferred(() -> end.write().get()));
    }
}
