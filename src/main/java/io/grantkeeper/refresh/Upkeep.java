package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.Held;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Refreshes that nobody waits for: of tokens that are used and about to expire, of refresh tokens that their provider would
 * let die of idleness, and of access tokens that renew themselves, long before they cannot any more.
 *
 * <p>A connection is in use when its present access token was fetched; one whose token nobody fetched is left to rest.
 */
@ApplicationScoped
public class Upkeep {

    private static final Logger LOG = Logger.getLogger(Upkeep.class);

    /** So many are taken at a time: what there is to do after an outage is not begun all at once. */
    private static final int BATCH = 64;

    /** As long before its expiry as a token is renewed at most. */
    private static final Duration LONGEST_LEAD = Duration.ofMinutes(10);

    private static final int SHORTEST_RETRY_SECONDS = 5;
    private static final int LONGEST_RETRY_SECONDS = 10;

    /**
     * Taken for a minute, for no other replica to take as well; a process that dies leaves it to the next. Compared with
     * {@code now()}, since an index helps only where the time stands still.
     */
    private static final String TAKE_USED = """
            update connection_use set renew_at = clock_timestamp() + interval '1 minute'
            where connection_id in (
                select connection_id from connection_use where renew_at <= now()
                order by renew_at limit $1 for update skip locked)
            returning connection_id, renew_at
            """;

    /** Written only where no use has set another time since. */
    private static final String SET_USED = """
            update connection_use set renew_at = clock_timestamp() + make_interval(secs => $3::float8)
            where connection_id = $1 and renew_at = $2
            """;

    /** For an hour: one that cannot be refreshed must not keep the places of those that can. */
    private static final String TAKE_IDLE = """
            update credential set keep_alive_at = clock_timestamp() + interval '1 hour'
            where connection_id in (
                select connection_id from credential where keep_alive_at <= now()
                order by keep_alive_at limit $1 for update skip locked)
            returning connection_id
            """;

    private final Pool pool;
    private final Credentials credentials;
    private final Refreshes refreshes;

    Upkeep(Pool pool, Credentials credentials, Refreshes refreshes) {
        this.pool = pool;
        this.credentials = credentials;
        this.refreshes = refreshes;
    }

    /** Renews tokens in use that are about to expire. For whoever keeps time, about once a second. */
    public Uni<Void> renewUsed() {
        return pool.preparedQuery(TAKE_USED)
                .execute(Tuple.of(BATCH))
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .onItem()
                .transformToUni(this::renewUsed)
                .merge(BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Uses refresh tokens that would die of idleness. For whoever keeps time, several times a minute. */
    public Uni<Void> keepAlive() {
        return pool.preparedQuery(TAKE_IDLE)
                .execute(Tuple.of(BATCH))
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .onItem()
                .transformToUni(row -> renew(new ConnectionId(row.getUUID("connection_id")), idle -> true))
                .merge(BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<RowSet<Row>> renewUsed(Row row) {
        ConnectionId id = new ConnectionId(row.getUUID("connection_id"));
        OffsetDateTime taken = row.getOffsetDateTime("renew_at");
        return renew(id, Upkeep::isAboutToExpire)
                .chain(again -> pool.preparedQuery(SET_USED)
                        .execute(Tuple.tuple()
                                .addUUID(id.value())
                                .addOffsetDateTime(taken)
                                .addDouble(again.map(Upkeep::seconds).orElse(null))));
    }

    /** A use that is noted while its token is renewed asks for nothing any more. */
    private static boolean isAboutToExpire(Held held) {
        return !held.isFreshFor(LONGEST_LEAD);
    }

    /** How soon it should be tried again; empty when it need not be. */
    private Uni<Optional<Duration>> renew(ConnectionId id, Predicate<Held> isDue) {
        return credentials
                .find(id)
                .chain(found -> found.filter(Held::isRefreshable)
                        .filter(isDue)
                        .map(held -> refreshes.renew(held).map(Upkeep::again))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "renewal failed connection=%s cause=%s",
                            id, failure.getClass().getSimpleName());
                    return Optional.of(Duration.ZERO);
                });
    }

    private static Optional<Duration> again(Refreshed refreshed) {
        return refreshed instanceof Refreshed.Unavailable unavailable
                ? unavailable.retryAfter().or(() -> Optional.of(Duration.ZERO))
                : Optional.empty();
    }

    /** No sooner than asked, and spread. */
    private static double seconds(Duration asked) {
        double own = ThreadLocalRandom.current().nextDouble(SHORTEST_RETRY_SECONDS, LONGEST_RETRY_SECONDS);
        return own + asked.toMillis() / 1000.0;
    }
}
