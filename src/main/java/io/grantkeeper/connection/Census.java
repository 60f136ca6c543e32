package io.grantkeeper.connection;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.StreamSupport;

/** Counts the connections of each provider by status, for the operator. Whose they are is in no label. */
@ApplicationScoped
public class Census {

    private static final String COUNT = "select provider, status, count(*) from connection group by provider, status";

    private final Pool pool;
    private final MultiGauge connections;

    Census(Pool pool, MeterRegistry meters) {
        this.pool = pool;
        this.connections = MultiGauge.builder("grantkeeper.connections")
                .description("Connections by provider and status, counted once a minute")
                .register(meters);
    }

    /** Counts anew. For whoever keeps time: it reads the whole table. */
    public Uni<Void> count() {
        return pool.query(COUNT).execute().invoke(this::show).replaceWithVoid();
    }

    private void show(RowSet<Row> counts) {
        connections.register(
                StreamSupport.stream(counts.spliterator(), false)
                        .map(row -> MultiGauge.Row.of(
                                Tags.of("provider", row.getString("provider"), "status", row.getString("status")),
                                row.getLong("count")))
                        .toList(),
                true);
    }
}
