package io.grantkeeper.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Connections;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Notes which connections are used, each at most once a minute: a read of a token is not to become a write. */
@ApplicationScoped
class UsedConnections {

    private static final Logger LOG = Logger.getLogger(UsedConnections.class);
    private static final Duration PRECISION = Duration.ofMinutes(1);

    private final Cache<ConnectionId, Boolean> noted = Caffeine.newBuilder()
            .expireAfterWrite(PRECISION)
            .maximumSize(100_000)
            .build();
    private final Connections connections;

    UsedConnections(Connections connections) {
        this.connections = connections;
    }

    /** Never fails: a token is not withheld because its use could not be noted. */
    Uni<Void> note(ConnectionId id) {
        if (noted.asMap().putIfAbsent(id, true) != null) {
            return Uni.createFrom().voidItem();
        }
        return connections.used(id).onFailure().recoverWithItem(failure -> {
            LOG.warnf("use not noted cause=%s", failure.getClass().getSimpleName());
            return null;
        });
    }
}
