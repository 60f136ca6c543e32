package io.grantkeeper.refresh;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.connection.Grants;
import io.grantkeeper.connection.Import;
import io.grantkeeper.connection.Reserved;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.ReplicaId;
import io.grantkeeper.replica.Replicas;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Imports in PostgreSQL, from before their provider is asked until they are connections. */
@ApplicationScoped
class PendingImports {

    private static final Logger LOG = Logger.getLogger(PendingImports.class);

    private static final String BUSY = "This refresh token is being imported: look for the connection in a moment.";

    private static final String COLUMNS = """
            id, account_id, created_by, provider, fields, scopes, client_id, sealed_client_secret, sealed_refresh,
            sealed_successor, version, lease_fence, uncertain_since is not null as uncertain, failures
            """;

    /** Of all who bring the same token at the same time one gets past this; the others wait here for its end. */
    private static final String BEGIN = """
            insert into pending_import (
                id, account_id, created_by, provider, scopes, client_id, sealed_client_secret, sealed_refresh, key_id,
                imported_fingerprint, lease_owner, lease_until, lease_epoch, intent_at, fields)
            values (
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + make_interval(secs => $12::float8),
                case when $13 then pg_postmaster_start_time() end, clock_timestamp(), $14)
            on conflict (imported_fingerprint) do nothing
            """;

    private static final String SAME =
            "select " + COLUMNS + " from pending_import where imported_fingerprint = any ($1) and id <> $2";

    /** As the lease of a credential; but a lease of this replica's own is in use, or will be over. */
    private static final String ACQUIRE = """
            update pending_import set
                lease_owner = $3,
                lease_fence = lease_fence + 1,
                lease_until = clock_timestamp() + make_interval(secs => $4::float8),
                lease_epoch = case when $7 then pg_postmaster_start_time() end,
                uncertain_since = coalesce(uncertain_since, intent_at),
                intent_at = clock_timestamp()
            where id = $1 and lease_fence = $2 and (%s)
            returning
            """.formatted(Leases.FREE) + COLUMNS;

    /** Under the version alone, as all tokens; the same once more does nothing else. */
    private static final String REPLACE = """
            update pending_import set
                sealed_successor = $3, sealed_refresh = $4, sealed_client_secret = $5, key_id = $6, version = $2,
                intent_at = null, uncertain_since = null, failures = 0, retry_at = null
            where id = $1 and (version = $2::bigint - 1 or sealed_successor = $3)
            """;

    private static final String RELEASE = """
            update pending_import set
                lease_owner = null, lease_until = null, lease_epoch = null,
                uncertain_since = case when $3 then coalesce(uncertain_since, intent_at) else uncertain_since end,
                intent_at = null,
                failures = failures + 1,
                retry_at = clock_timestamp() + make_interval(secs => $4::float8)
            where id = $1 and lease_fence = $2
            """;

    private static final String POSTPONE = """
            update pending_import set retry_at = clock_timestamp() + make_interval(secs => $3::float8)
            where id = $1 and lease_fence = $2
            """;

    private static final String REMOVE =
            "delete from pending_import where id = $1 and lease_fence = $2 and version = $3";

    private static final String FINISH = "delete from pending_import where id = $1 and lease_fence = $2";

    private static final String END = "delete from pending_import where id = $1";

    private static final String LEFT = "select " + COLUMNS + """
                , (lease_owner is not null and lease_until > clock_timestamp()) as leased,
                lease_owner is not null as owned,
                extract(epoch from clock_timestamp() - coalesce(uncertain_since, intent_at, created_at))::float8 as age
            from pending_import
            where (retry_at is null or retry_at <= clock_timestamp())
                and (lease_owner is null
                    or lease_until <= clock_timestamp()
                    or (lease_epoch = pg_postmaster_start_time() and lease_owner not in (%s)))
            order by id
            limit 500
            """.formatted(Replicas.LIVING);

    private static final String FORGET = """
            delete from pending_import
            where created_at < now() - interval '1 day' and (lease_until is null or lease_until < now())
                and sealed_successor is null and failures >= 10
            returning id, provider
            """;

    private final Pool general;
    private final Pool reserved;
    private final Grants grants;
    private final ImportSeals seals;
    private final Sealer sealer;
    private final Uuid7 ids;
    private final Channel channel;
    private final ReplicaId self;
    private final RefreshConfig config;

    PendingImports(
            Pool general,
            @Reserved Pool reserved,
            Grants grants,
            ImportSeals seals,
            Sealer sealer,
            Uuid7 ids,
            Channel channel,
            ReplicaId self,
            RefreshConfig config) {
        this.general = general;
        this.reserved = reserved;
        this.grants = grants;
        this.seals = seals;
        this.sealer = sealer;
        this.ids = ids;
        this.channel = channel;
        this.self = self;
        this.config = config;
    }

    /**
     * Writes an import down under a lease of this replica, with the intent to ask; or takes up the one of the same token that
     * nobody is busy with. Durable once this succeeds.
     *
     * @return fails with {@code duplicate} when the token is a connection's, or somebody is importing it
     */
    Uni<PendingImport> begin(Import wanted) {
        PendingImport first = seals.begun(wanted, ids.next());
        return Patience.withDatabase(general.withTransaction(transaction -> begin(transaction, first, wanted)))
                .chain(same -> same.map(other -> takeUp(other, first))
                        .orElseGet(() -> Uni.createFrom().item(first)));
    }

    /** Looks after the insert: an import that had the token until then has become a connection by now, or is over. */
    private Uni<Optional<PendingImport>> begin(SqlConnection transaction, PendingImport first, Import wanted) {
        return insert(transaction, first, wanted)
                .call(() -> requireNew(transaction, wanted.refreshToken()))
                .chain(inserted -> same(transaction, first, wanted.refreshToken())
                        .invoke(same -> requireOne(inserted, same.isPresent())));
    }

    /** Either this one or another; the other may have been written under an older key, or have just ended. */
    private static void requireOne(boolean own, boolean other) {
        if (own == other) {
            throw duplicate(BUSY);
        }
    }

    private Uni<Boolean> insert(SqlConnection transaction, PendingImport first, Import wanted) {
        return transaction
                .preparedQuery(BEGIN)
                .execute(Tuple.tuple()
                        .addUUID(first.id())
                        .addString(first.account().value())
                        .addString(first.createdBy())
                        .addString(first.provider())
                        .addArrayOfString(first.scopes().toArray(String[]::new))
                        .addString(first.clientId())
                        .addValue(buffer(first.sealedClientSecret()))
                        .addValue(buffer(first.sealedRefresh()))
                        .addString(Sealer.keyIdOf(first.sealedRefresh()))
                        .addValue(Buffer.buffer(sealer.fingerprint(wanted.refreshToken())))
                        .addString(self.toString())
                        .addDouble(seconds(config.lease()))
                        .addBoolean(channel.isAlive())
                        .addValue(first.fields().json()))
                .map(rows -> rows.rowCount() == 1);
    }

    private Uni<Void> requireNew(SqlConnection transaction, Secret refreshToken) {
        return grants.holds(transaction, refreshToken)
                .invoke(held -> {
                    if (held) {
                        throw duplicate("A connection holds this refresh token already.");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Optional<PendingImport>> same(SqlConnection transaction, PendingImport first, Secret refreshToken) {
        Buffer[] fingerprints =
                sealer.fingerprints(refreshToken).stream().map(Buffer::buffer).toArray(Buffer[]::new);
        return transaction
                .preparedQuery(SAME)
                .execute(Tuple.of(fingerprints, first.id()))
                .map(PendingImports::first);
    }

    private Uni<PendingImport> takeUp(PendingImport other, PendingImport wanted) {
        boolean same = other.account().equals(wanted.account())
                && other.provider().equals(wanted.provider())
                && other.clientId().equals(wanted.clientId());
        Uni<Optional<PendingImport>> taken =
                same ? acquire(other, false) : Uni.createFrom().item(Optional.empty());
        return taken.map(got -> got.orElseThrow(() -> duplicate(BUSY)));
    }

    /**
     * Takes the lease of an import that is there, and records the intent to ask.
     *
     * @param abandoned whether its holder was found dead
     * @return empty when it is another's, or over
     */
    Uni<Optional<PendingImport>> acquire(PendingImport seen, boolean abandoned) {
        return Patience.withDatabase(reserved.preparedQuery(ACQUIRE)
                        .execute(Tuple.tuple()
                                .addUUID(seen.id())
                                .addLong(seen.fence())
                                .addString(self.toString())
                                .addDouble(seconds(config.lease()))
                                .addLong(abandoned ? seen.fence() : -1L)
                                .addBoolean(channel.isSteady())
                                .addBoolean(channel.isAlive())))
                .map(PendingImports::first);
    }

    /** Writes a successor; may be done any number of times. False when somebody else wrote one, or it is over. */
    Uni<Boolean> replace(PendingImport next) {
        return reserved.preparedQuery(REPLACE)
                .execute(Tuple.tuple()
                        .addUUID(next.id())
                        .addLong(next.version())
                        .addValue(buffer(next.sealedSuccessor()))
                        .addValue(buffer(next.sealedRefresh()))
                        .addValue(buffer(next.sealedClientSecret()))
                        .addString(Sealer.keyIdOf(next.sealedRefresh())))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Gives the lease back; nothing happens where it is another's by now. */
    Uni<Void> release(PendingImport pending, Setback setback, Duration pause) {
        return reserved.preparedQuery(RELEASE)
                .execute(Tuple.of(pending.id(), pending.fence(), setback == Setback.UNCERTAIN, seconds(pause)))
                .replaceWithVoid();
    }

    /** Has it left alone for a while by those who look for what is left. */
    Uni<Void> postpone(PendingImport pending, Duration pause) {
        return general.preparedQuery(POSTPONE)
                .execute(Tuple.of(pending.id(), pending.fence(), seconds(pause)))
                .replaceWithVoid();
    }

    /** Ends one that came to nothing. False when its lease or its token have moved, or it is gone: nothing has changed then. */
    Uni<Boolean> remove(PendingImport pending) {
        return reserved.preparedQuery(REMOVE)
                .execute(Tuple.of(pending.id(), pending.fence(), pending.version()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Ends one in the transaction that makes it a connection; fails with {@link Overtaken} when the lease is another's. */
    Uni<Void> finish(SqlConnection transaction, PendingImport pending) {
        return transaction
                .preparedQuery(FINISH)
                .execute(Tuple.of(pending.id(), pending.fence()))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new Overtaken();
                    }
                })
                .replaceWithVoid();
    }

    /** Ends one whoever has its lease, in the transaction that makes its newest token a connection. */
    Uni<Void> end(SqlConnection transaction, PendingImport pending) {
        return transaction.preparedQuery(END).execute(Tuple.of(pending.id())).replaceWithVoid();
    }

    /** What was begun and not ended, as far as one look can tell; nothing, where this replica has just been cut off. */
    Uni<List<LeftImport>> left() {
        if (!channel.isSteady()) {
            return Uni.createFrom().item(List.of());
        }
        return Patience.withDatabase(general.preparedQuery(LEFT).execute())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PendingImports::left)
                        .toList());
    }

    /** Gives up those that could not be ended in a day, often as they were tried; never one that is all there is. */
    Uni<Void> forgetOld() {
        return general.query(FORGET)
                .execute()
                .invoke(rows -> rows.forEach(row -> LOG.errorf(
                        "import given up provider=%s import=%s", row.getString("provider"), row.getUUID("id"))))
                .replaceWithVoid();
    }

    private static LeftImport left(Row row) {
        return new LeftImport(
                pending(row),
                OpenIntent.State.of(row.getBoolean("owned"), row.getBoolean("leased")),
                Duration.ofMillis((long) (row.getDouble("age") * 1000)));
    }

    private static Optional<PendingImport> first(RowSet<Row> rows) {
        var each = rows.iterator();
        return each.hasNext() ? Optional.of(pending(each.next())) : Optional.empty();
    }

    private static PendingImport pending(Row row) {
        return new PendingImport(
                row.getUUID("id"),
                new AccountId(row.getString("account_id")),
                row.getString("created_by"),
                row.getString("provider"),
                ConnectionFields.of(row.getJsonObject("fields")),
                new LinkedHashSet<>(Arrays.asList(row.getArrayOfStrings("scopes"))),
                row.getString("client_id"),
                bytes(row, "sealed_client_secret"),
                row.getBuffer("sealed_refresh").getBytes(),
                bytes(row, "sealed_successor"),
                row.getLong("version"),
                row.getLong("lease_fence"),
                row.getBoolean("uncertain"),
                row.getInteger("failures"));
    }

    private static byte @Nullable [] bytes(Row row, String column) {
        var buffer = row.getBuffer(column);
        return buffer == null ? null : buffer.getBytes();
    }

    /** For {@code addValue}, since {@code addBuffer} takes no null. */
    private static @Nullable Buffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : Buffer.buffer(bytes);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Problem duplicate(String description) {
        return Problem.of(ProblemCode.DUPLICATE, description);
    }

    /** Somebody else has the lease: what is to be known stands in the database. */
    static final class Overtaken extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Overtaken() {
            super("the import is another's", null, false, false);
        }
    }
}
