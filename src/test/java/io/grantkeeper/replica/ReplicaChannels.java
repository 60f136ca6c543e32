package io.grantkeeper.replica;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.Optional;

/** Channels for tests of other packages. */
public final class ReplicaChannels {

    private ReplicaChannels() {}

    public static PostgresChannel of(DirectConnections connections, ReplicaId self, Pool pool) {
        return new PostgresChannel(connections, self, pool, new SimpleMeterRegistry());
    }

    public static KnownDatabase database(Pool pool, Channel channel) {
        return new KnownDatabase(pool, channel, Optional.empty(), new SimpleMeterRegistry());
    }

    public static Replicas replicas(Pool pool) {
        return new Replicas(pool);
    }
}
