package io.grantkeeper.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Connections;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Notes which connections are used, each at most once a minute: a read of a token is not to become a write, and does not
 * wait for one.
 */
@ApplicationScoped
public class UsedConnections {

    private static final Logger LOG = Logger.getLogger(UsedConnections.class);
    private static final Duration PRECISION = Duration.ofMinutes(1);
    private static final int BATCH = 1000;
    private static final int AT_ONCE = 4;

    private final Cache<ConnectionId, Boolean> noted = Caffeine.newBuilder()
            .expireAfterWrite(PRECISION)
            .maximumSize(100_000)
            .build();
    private final Queue<ConnectionId> unwritten = new ConcurrentLinkedQueue<>();
    private final Connections connections;

    UsedConnections(Connections connections) {
        this.connections = connections;
    }

    void note(ConnectionId id) {
        if (noted.asMap().putIfAbsent(id, true) == null) {
            unwritten.add(id);
        }
    }

    /** Writes what was noted. For whoever keeps time, about once a second. */
    public Uni<Void> write() {
        return Multi.createFrom()
                .items(Stream.generate(unwritten::poll)
                        .takeWhile(id -> id != null)
                        .limit(BATCH))
                .onItem()
                .transformToUni(this::write)
                .merge(AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** What could not be written is noted anew when it is used again. */
    private Uni<Void> write(ConnectionId id) {
        return connections.used(id).onFailure().recoverWithItem(failure -> {
            LOG.warnf("use not noted cause=%s", failure.getClass().getSimpleName());
            noted.invalidate(id);
            return null;
        });
    }
}
