package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;

/** The replicas that live: those whose lock is held. They are looked up, never probed by taking a lock. */
@ApplicationScoped
public class Replicas {

    /**
     * The names of all that live, as {@link ReplicaId#toString} writes them, in a column {@code replica}; fit to stand in
     * parentheses.
     */
    public static final String LIVING;

    static {
        LIVING = """
                select distinct objid::text as replica from pg_locks
                where locktype = 'advisory' and classid = %d::oid and objsubid = 2 and granted
                    and database = (select oid from pg_database where datname = current_database())
                """.formatted(ReplicaId.LOCK_CLASS);
    }

    private final Pool pool;
    private volatile int lastCount = 1;

    Replicas(Pool pool) {
        this.pool = pool;
    }

    /** Counts those that live. For whoever keeps time. */
    public Uni<Void> count() {
        return living().invoke(each -> lastCount = Math.max(1, each.size())).replaceWithVoid();
    }

    /** How many there were when they were last counted; never less than this one. */
    public int lastCount() {
        return lastCount;
    }

    public Uni<Set<String>> living() {
        return pool.query(LIVING)
                .mapping(Replicas::name)
                .execute()
                .map(found -> found.stream().collect(Collectors.toUnmodifiableSet()));
    }

    private static String name(Row row) {
        return row.getString("replica");
    }
}
