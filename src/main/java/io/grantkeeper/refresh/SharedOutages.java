package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.refresh.Breaker.Cause;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The open breakers of all replicas, in PostgreSQL and by its clock. Asked only where a breaker opens or is open, and
 * where a connection is about to die.
 */
@ApplicationScoped
class SharedOutages {

    /** Whoever had opened it would have probed by then: a row that nobody touched for so long is nobody's. */
    private static final String FORGOTTEN = "interval '1 day'";

    /** What a death is called that a provider told of, whether or not an answer of its had been lost before. */
    private static final String REFUSALS = "'invalid_grant', 'reconsent', 'interrupted'";

    /** The connections of a client, which are those of one place where the key has one. */
    private static final String THERE = """
            c.provider = split_part($1, ' ', 1)
                and (strpos($1, ' ') = 0 or c.issuer = substr($1, strpos($1, ' ') + 1))""";

    /** An incident that other replicas know stays one, from where it began, whatever this one has met with. */
    private static final String OPEN = """
            insert into provider_outage as known (provider, client_id, cause, since, probe_at)
            values ($1, $2, $3, clock_timestamp() - make_interval(secs => $4::float8),
                clock_timestamp() + make_interval(secs => $5::float8))
            on conflict (provider, client_id) do update set
                cause = case
                    when known.cause = 'incident' and known.probe_at > clock_timestamp() - %1$s then known.cause
                    else excluded.cause end,
                since = case
                    when known.cause in ('incident', excluded.cause) and known.probe_at > clock_timestamp() - %1$s
                        then known.since
                    else excluded.since end,
                probe_at = greatest(known.probe_at, excluded.probe_at)
            returning cause, extract(epoch from probe_at - clock_timestamp())::float8 as left
            """.formatted(FORGOTTEN);

    private static final String CLAIM = """
            update provider_outage set probe_at = clock_timestamp() + make_interval(secs => $3::float8)
            where provider = $1 and client_id = $2 and probe_at <= clock_timestamp()
            returning cause
            """;

    /** Only what the claim itself has put off: a provider may have asked for more since. */
    private static final String LEAVE = """
            update provider_outage set probe_at = clock_timestamp()
            where provider = $1 and client_id = $2
                and probe_at between clock_timestamp() and clock_timestamp() + make_interval(secs => $3::float8)
            """;

    private static final String READ = """
            select cause, extract(epoch from probe_at - clock_timestamp())::float8 as left
            from provider_outage where provider = $1 and client_id = $2
            """;

    /**
     * Locks credentials before connections, as all writes of ends do. A death had ended the care for the refresh token: the
     * next round of keep-alives uses it, and learns when it is due again. What stays of the death is its time.
     */
    private static final String END = """
            with ended as (
                delete from provider_outage where provider = $1 and client_id = $2 returning cause, since),
            dead as (
                select k.connection_id
                from ended e join connection c on %2$s and c.error_at >= e.since
                    join credential k on k.connection_id = c.id
                where e.cause = 'incident' and k.client_id = $2 and c.status = 'error' and c.error_code in (%1$s)
                    and c.id <> all ($3::uuid[])
                for update of k),
            revived as (
                update connection c set
                    status = 'active', error_code = null, error_at = clock_timestamp(), updated_at = clock_timestamp()
                from dead where c.id = dead.connection_id and c.status = 'error'
                returning c.id),
            kept_alive as (
                update credential set keep_alive_at = clock_timestamp() + interval '1 hour'
                where connection_id in (select id from revived) and sealed_refresh is not null)
            select count(*) as reverted from revived
            """.formatted(REFUSALS, THERE);

    /** By the time of the statement, which an index can be searched for: the clock moves from row to row. */
    static final String DEATHS = """
            select
                (select count(*) from connection c join credential k on k.connection_id = c.id
                    where %3$s and k.client_id = $2 and c.status = 'error'
                        and c.error_code in (%1$s) and c.id <> all ($5::uuid[])
                        and c.error_at > statement_timestamp() - make_interval(secs => $3::float8)) as deaths,
                exists (select from provider_outage
                    where provider = $1 and client_id = $2 and cause = 'incident'
                        and probe_at > statement_timestamp() - %2$s) as incident,
                exists (select from connection c join credential k on k.connection_id = c.id
                    where c.id = $4 and c.status = 'active'
                        and c.error_at > greatest(k.access_obtained_at, statement_timestamp() - %2$s)) as doubted
            """.formatted(REFUSALS, FORGOTTEN, THERE);

    /** An active connection with the time of a death was told dead during an incident; tokens since then outdate it. */
    private static final String DOUBT = """
            update connection set error_at = clock_timestamp() where id = $1 and status = 'active'
            """;

    private static final String ALL = """
            select provider, client_id, cause, extract(epoch from probe_at - clock_timestamp())::float8 as left
            from provider_outage where probe_at > clock_timestamp() - %s
            """.formatted(FORGOTTEN);

    private final Pool pool;

    SharedOutages(Pool pool) {
        this.pool = pool;
    }

    /** What came of the wish to probe. */
    sealed interface Claim {

        /** The probe is ours. */
        record Ours(Cause cause) implements Claim {}

        /** Nobody may probe before this time has passed. */
        record Waiting(Cause cause, Duration left) implements Claim {}

        /** A probe of another replica went well. */
        record Over() implements Claim {}
    }

    /** An open breaker of some replica. */
    record Known(ClientAt client, Claim.Waiting waiting) {}

    /**
     * @param deaths how many of the client's connections are marked dead since the window began
     * @param doubted whether this one was told dead before, during an incident that is over, and was given no tokens since
     */
    record Deaths(long deaths, boolean incident, boolean doubted) {}

    /**
     * Tells all replicas of an open breaker; the longest pause of all counts.
     *
     * @param ago how long before now it began
     */
    Uni<Claim.Waiting> open(ClientAt client, Cause cause, Duration ago, Duration pause) {
        return pool.preparedQuery(OPEN)
                .execute(tuple(client)
                        .addString(cause.wireName())
                        .addDouble(seconds(ago))
                        .addDouble(seconds(pause)))
                .map(rows -> waiting(rows.iterator().next()));
    }

    /** The right to one probe, of all replicas together, where it is time for one. */
    Uni<Claim> claim(ClientAt client, Duration pause) {
        return pool.preparedQuery(CLAIM)
                .execute(tuple(client).addDouble(seconds(pause)))
                .chain(rows -> first(rows)
                        .<Uni<Claim>>map(row -> Uni.createFrom().item(new Claim.Ours(cause(row))))
                        .orElseGet(() -> read(client)));
    }

    /** Gives the right to the probe back: whoever comes next may claim it at once. */
    Uni<Void> leave(ClientAt client, Duration pause) {
        return pool.preparedQuery(LEAVE)
                .execute(tuple(client).addDouble(seconds(pause)))
                .replaceWithVoid();
    }

    /**
     * Tells all replicas that the provider is well. Where it was an incident, the connections that were marked dead since
     * it began are active again: who is really dead will be told so at its next refresh, and then it counts.
     *
     * @param settled those that were told so
     * @return how many that were
     */
    Uni<Integer> end(ClientAt client, Set<ConnectionId> settled) {
        return pool.preparedQuery(END)
                .execute(tuple(client).addArrayOfUUID(ids(settled)))
                .map(rows -> rows.iterator().next().getInteger("reverted"));
    }

    /**
     * What is to be known when one more connection of the client is told dead.
     *
     * @param settled those whose deaths are no evidence
     */
    Uni<Deaths> deaths(ClientAt client, ConnectionId connection, Duration window, Set<ConnectionId> settled) {
        return pool.preparedQuery(DEATHS)
                .execute(tuple(client)
                        .addDouble(seconds(window))
                        .addUUID(connection.value())
                        .addArrayOfUUID(ids(settled)))
                .map(rows -> rows.iterator().next())
                .map(row -> new Deaths(row.getLong("deaths"), row.getBoolean("incident"), row.getBoolean("doubted")));
    }

    /** Notes that the connection was told dead when nobody believed it. */
    Uni<Void> doubt(ConnectionId connection) {
        return pool.preparedQuery(DOUBT).execute(Tuple.of(connection.value())).replaceWithVoid();
    }

    Uni<List<Known>> all() {
        return pool.preparedQuery(ALL)
                .execute()
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .map(row ->
                        new Known(ClientAt.read(row.getString("provider"), row.getString("client_id")), waiting(row)))
                .collect()
                .asList();
    }

    /** A statement of its own: behind another's commit the update would not see what became of the row. */
    private Uni<Claim> read(ClientAt client) {
        return pool.preparedQuery(READ)
                .execute(tuple(client))
                .map(rows -> first(rows).<Claim>map(SharedOutages::waiting).orElseGet(Claim.Over::new));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        var each = rows.iterator();
        return each.hasNext() ? Optional.of(each.next()) : Optional.empty();
    }

    private static Claim.Waiting waiting(Row row) {
        double left = Math.max(0, row.getDouble("left"));
        return new Claim.Waiting(cause(row), Duration.ofNanos((long) (left * 1e9)));
    }

    private static Cause cause(Row row) {
        return Cause.of(row.getString("cause"));
    }

    private static UUID[] ids(Set<ConnectionId> connections) {
        return connections.stream().map(ConnectionId::value).toArray(UUID[]::new);
    }

    private static Tuple tuple(ClientAt client) {
        return Tuple.tuple().addString(client.key()).addString(client.clientId());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
