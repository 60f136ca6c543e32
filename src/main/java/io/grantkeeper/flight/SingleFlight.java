package io.grantkeeper.flight;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody who wants the same thing at the same time share one attempt at it.
 *
 * <p>The attempt belongs to nobody: a caller that hangs up or runs out of time cancels nothing. Its end, good or bad, is
 * for those who joined it; the next one starts anew. This is the only class that memoizes.
 */
public final class SingleFlight<K, V> {

    private final ConcurrentMap<K, Uni<V>> flights = new ConcurrentHashMap<>();

    /** Joins the flight of that key, starting one with {@code work} where there is none. */
    public Uni<V> join(K key, Supplier<Uni<V>> work) {
        Uni<V> flight = Uni.createFrom().deferred(() -> flights.computeIfAbsent(key, absent -> flight(key, work)));
        return backOn(Vertx.currentContext(), flight);
    }

    /** Whether somebody who joined now would share what is under way. */
    public boolean isFlying(K key) {
        return flights.containsKey(key);
    }

    /** How many flights are under way. */
    public int size() {
        return flights.size();
    }

    private Uni<V> flight(K key, Supplier<Uni<V>> work) {
        return Uni.createFrom()
                .deferred(work::get)
                .onTermination()
                .invoke(() -> flights.remove(key))
                .memoize()
                .indefinitely();
    }

    /** The flight ends on the context of whoever started it; each caller goes on where it was. */
    private static <T> Uni<T> backOn(@Nullable Context caller, Uni<T> flight) {
        if (caller == null) {
            return flight;
        }
        Executor own = task -> caller.runOnContext(ignored -> task.run());
        return flight.emitOn(own);
    }
}
