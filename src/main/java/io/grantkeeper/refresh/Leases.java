package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Reserved;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.KnownDatabase;
import io.grantkeeper.replica.ReplicaId;
import io.grantkeeper.replica.Replicas;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who refreshes which connection, in PostgreSQL. Each change is one statement that only one replica wins; no
 * transaction, row lock or session outlives it.
 */
@ApplicationScoped
class Leases {

    /**
     * A lease is free when nobody has it, when its holder was found dead and still is ($5 the fence that it had then), or when
     * its time is over. A replica that has just been without the database (not $6) leaves leases to their holders for a
     * while: they may have been without it too, with rotated tokens in hand, and are to write those first.
     */
    static final String FREE = """
            lease_owner is null
                    or ($6 and lease_fence = $5 and lease_epoch = pg_postmaster_start_time()
                        and lease_owner not in (%s))
                    or ($6 and lease_until <= clock_timestamp())
                    or lease_until <= clock_timestamp() - interval '30 seconds'
            """.formatted(Replicas.LIVING);

    /**
     * It can be taken when it is free, or when this replica has it without knowing: the answer to its acquisition was lost, so
     * that no provider was asked.
     *
     * <p>A failure that was just met with is shared, also by those who read the row before it. An intent that is still open here was never ended: from then on the fate of the stored refresh token is unknown.
     */
    private static final String ACQUIRE = """
            update credential set
                lease_owner = $3,
                lease_fence = lease_fence + 1,
                lease_until = clock_timestamp() + make_interval(secs => $4::float8),
                lease_epoch = case when $7 then pg_postmaster_start_time() end,
                uncertain_since = coalesce(uncertain_since, intent_at),
                intent_at = clock_timestamp()
            where connection_id = $1 and version = $2
                and (retry_at is null or retry_at <= clock_timestamp())
                and (lease_owner = $3 or %s)
                and exists (select from connection where id = $1 and status = 'active')
                and %%s
            returning lease_fence, extract(epoch from clock_timestamp() - uncertain_since)::float8 as uncertain_for
            """.formatted(FREE);

    private static final String ACQUIRE_ANY = ACQUIRE.formatted("true");

    /** Not in another database than the last one: the refresh token in it may not be the newest. */
    private static final String ACQUIRE_NEWEST = ACQUIRE.formatted(KnownDatabase.UNCHANGED);

    /** The intent ends with the refusal; only where no answer came it stays open, as uncertainty. */
    private static final String RELEASE = """
            update credential set
                lease_owner = null, lease_until = null, lease_epoch = null,
                uncertain_since = case when $4::text = 'uncertain'
                    then coalesce(uncertain_since, intent_at) else uncertain_since end,
                intent_at = null,
                failure = $4,
                failures = failures + 1,
                retry_at = clock_timestamp() + make_interval(secs => $5::float8),
                suspects = case when $4::text = 'suspect' then suspects + 1 else suspects end,
                suspect_since = case when $4::text = 'suspect'
                    then coalesce(suspect_since, clock_timestamp()) else suspect_since end
            where connection_id = $1 and version = $2 and lease_fence = $3
            """;

    /**
     * What somebody began and did not end: the lease's time is over, or its holder's sign of life is not there (which says
     * nothing when PostgreSQL was restarted since), or it was given back with the provider's answer unknown, a day ago at
     * most.
     */
    private static final String OPEN = """
            select k.connection_id, k.lease_fence, c.provider,
                (k.lease_owner is not null and k.lease_until > clock_timestamp()) as leased,
                k.lease_owner is not null as owned,
                extract(epoch from clock_timestamp() - coalesce(k.uncertain_since, k.intent_at))::float8 as open_for
            from credential k join connection c on c.id = k.connection_id
            where (k.intent_at is not null or k.uncertain_since is not null)
                and c.status = 'active'
                and (k.retry_at is null or k.retry_at <= clock_timestamp())
                and ((k.lease_owner is null and k.uncertain_since > now() - interval '1 day')
                    or k.lease_until <= clock_timestamp()
                    or (k.lease_epoch = pg_postmaster_start_time() and k.lease_owner not in (%s)))
            order by k.lease_owner is null, coalesce(k.uncertain_since, k.intent_at)
            limit 500
            """.formatted(Replicas.LIVING);

    private final Pool general;
    private final Pool reserved;
    private final Channel channel;
    private final ReplicaId self;
    private final KnownDatabase database;
    private final SingleUse singleUse;
    private final RefreshConfig config;

    Leases(
            Pool general,
            @Reserved Pool reserved,
            Channel channel,
            ReplicaId self,
            KnownDatabase database,
            SingleUse singleUse,
            RefreshConfig config) {
        this.general = general;
        this.reserved = reserved;
        this.channel = channel;
        this.self = self;
        this.database = database;
        this.singleUse = singleUse;
        this.config = config;
    }

    /**
     * Takes the lease of the version that was seen and records the intent to use it, both durable once this succeeds.
     *
     * @param abandoned the fence of a lease whose holder was found dead
     * @return empty when another replica has it, or the tokens moved, or the connection is gone or dead, or the refresh
     *     token may have been replaced without this database knowing
     */
    Uni<Optional<Lease>> acquire(Held seen, Optional<Long> abandoned) {
        ConnectionId id = seen.connection().id();
        boolean mustBeNewest = singleUse.is(seen) && database.isTelling();
        return Patience.withDatabase(reserved.preparedQuery(mustBeNewest ? ACQUIRE_NEWEST : ACQUIRE_ANY)
                        .execute(Tuple.tuple()
                                .addUUID(id.value())
                                .addLong(seen.version())
                                .addString(self.toString())
                                .addDouble(seconds(config.lease()))
                                .addLong(abandoned.orElse(-1L))
                                .addBoolean(channel.isSteady())
                                .addBoolean(channel.isAlive())))
                .map(rows -> {
                    RowIterator<Row> each = rows.iterator();
                    return each.hasNext() ? Optional.of(lease(id, seen.version(), each.next())) : Optional.empty();
                });
    }

    /** Gives the lease back after a refresh that gave no tokens; nothing happens where the lease is another's by now. */
    Uni<Void> release(Lease lease, Setback setback, Duration pause) {
        return reserved.preparedQuery(RELEASE)
                .execute(Tuple.of(
                        lease.connection().value(), lease.version(), lease.fence(), setback.wireName(), seconds(pause)))
                .replaceWithVoid();
    }

    /** What was begun and not ended, as far as one look can tell; nothing, where this replica has just been cut off. */
    Uni<List<OpenIntent>> open() {
        if (!channel.isSteady()) {
            return Uni.createFrom().item(List.of());
        }
        return Patience.withDatabase(general.preparedQuery(OPEN).execute())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Leases::openIntent)
                        .toList());
    }

    private static Lease lease(ConnectionId id, long version, Row row) {
        return new Lease(
                id,
                version,
                row.getLong("lease_fence"),
                Optional.ofNullable(row.getDouble("uncertain_for")).map(Leases::duration));
    }

    private static OpenIntent openIntent(Row row) {
        return new OpenIntent(
                new ConnectionId(row.getUUID("connection_id")),
                row.getString("provider"),
                row.getLong("lease_fence"),
                OpenIntent.State.of(row.getBoolean("owned"), row.getBoolean("leased")),
                duration(row.getDouble("open_for")));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Duration duration(@Nullable Double seconds) {
        return seconds == null ? Duration.ZERO : Duration.ofMillis((long) (seconds * 1000));
    }
}
