package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** A session of PostgreSQL. */
final class PostgresLine implements Line {

    /** Shared, so that a new session can take it while the server still holds on to the one that was lost. */
    private static final String LIVE = "select pg_advisory_lock_shared($1, $2)";

    private static final String SIGN = """
            select pg_notify($1, $2::text || ' ' || (extract(epoch from clock_timestamp()) * 1000000)::bigint || ' '
                || (select count(*) || ':' || coalesce(max(id), 0) from missed_notice))
            """;

    private static final Logger LOG = Logger.getLogger(PostgresLine.class);

    private final PgConnection connection;

    PostgresLine(PgConnection connection) {
        this.connection = connection;
    }

    @Override
    public Uni<Void> live(ReplicaId self) {
        return connection
                .preparedQuery(LIVE)
                .execute(Tuple.of(ReplicaId.LOCK_CLASS, self.value()))
                .replaceWithVoid();
    }

    /** The name of a channel is no value, and cannot be a parameter. */
    @Override
    public Uni<Void> listen(String channel) {
        return connection.query("listen \"" + channel + "\"").execute().replaceWithVoid();
    }

    @Override
    public Uni<Void> sign(String channel, long number) {
        return connection
                .preparedQuery(SIGN)
                .execute(Tuple.of(channel, Long.toString(number)))
                .replaceWithVoid();
    }

    @Override
    public void onNotification(BiConsumer<String, String> listener) {
        connection.notificationHandler(heard -> listener.accept(heard.getChannel(), heard.getPayload()));
    }

    /** What the server says in parting is followed by the end. */
    @Override
    public void onEnd(Runnable listener) {
        connection.exceptionHandler(
                failure -> LOG.debugf("line failed cause=%s", failure.getClass().getSimpleName()));
        connection.closeHandler(listener);
    }

    @Override
    public Uni<Void> close() {
        return connection.close();
    }
}
