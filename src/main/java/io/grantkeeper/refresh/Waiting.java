package io.grantkeeper.refresh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits for refreshes that other replicas run, and lets them know when one that they wait for has ended here.
 *
 * <p>Notices are sent only where somebody waits: each takes a lock that all of PostgreSQL's commits share. They merely
 * hurry what polling would find anyway.
 */
@ApplicationScoped
class Waiting {

    private static final int SHORTEST_MILLIS = 50;
    private static final int LONGEST_MILLIS = 150;

    private final Channel channel;
    private final ConcurrentMap<UUID, Queue<UniEmitter<? super Void>>> here = new ConcurrentHashMap<>();
    private final Cache<UUID, Boolean> elsewhere = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(1))
            .maximumSize(100_000)
            .build();

    Waiting(Channel channel) {
        this.channel = channel;
        channel.subscribe(this::hear);
    }

    /** Says that somebody waits here for the refresh that another replica runs. */
    Uni<Void> announce(ConnectionId id) {
        return tell(new Notice.Awaited(id.value()));
    }

    /** Ends when something was heard of the connection, or after a little while that is never the same. */
    Uni<Void> aWhile(ConnectionId id) {
        Duration most = Duration.ofMillis(ThreadLocalRandom.current().nextInt(SHORTEST_MILLIS, LONGEST_MILLIS));
        return Uni.createFrom()
                .<Void>emitter(emitter -> join(id.value(), emitter))
                .ifNoItem()
                .after(most)
                .recoverWithUni(Uni.createFrom().voidItem());
    }

    /** Says that a refresh has ended, where somebody elsewhere waits for it. */
    Uni<Void> ended(ConnectionId id) {
        return elsewhere.asMap().remove(id.value()) == null ? Uni.createFrom().voidItem() : changed(id);
    }

    /** Says that what is remembered of the connection is no longer true. */
    Uni<Void> changed(ConnectionId id) {
        Notice changed = new Notice.Changed(id.value());
        // Here at once: the others hear of it when PostgreSQL has told them.
        channel.tellHere(changed);
        return tell(changed);
    }

    private Uni<Void> tell(Notice notice) {
        return channel.tell(notice).onFailure().recoverWithNull();
    }

    private void join(UUID id, UniEmitter<? super Void> emitter) {
        here.compute(id, (same, waiting) -> {
            Queue<UniEmitter<? super Void>> all = waiting == null ? new ConcurrentLinkedQueue<>() : waiting;
            all.add(emitter);
            return all;
        });
        emitter.onTermination(() -> leave(id, emitter));
    }

    private void leave(UUID id, UniEmitter<? super Void> emitter) {
        here.computeIfPresent(id, (same, waiting) -> {
            waiting.remove(emitter);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    private void hear(Notice notice) {
        switch (notice) {
            case Notice.Awaited awaited -> elsewhere.put(awaited.connection(), true);
            case Notice.Changed changed -> wake(changed.connection());
        }
    }

    private void wake(UUID id) {
        Queue<UniEmitter<? super Void>> waiting = here.remove(id);
        if (waiting != null) {
            waiting.forEach(emitter -> emitter.complete(null));
        }
    }
}
