package io.grantkeeper.connection;

import io.grantkeeper.connection.TokenSeals.Column;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sealed tokens of connections in PostgreSQL. Every write names the version that it saw and does nothing when
 * another came before it.
 */
@ApplicationScoped
public class Credentials {

    private static final int FINGERPRINT_BYTES = 16;

    private static final String READ = "select " + Rows.CONNECTION + ", " + Rows.CREDENTIAL
            + " from connection c join credential k on k.connection_id = c.id where c.id = $1";

    /**
     * What was told of a refresh token's end does not hold for another one.
     *
     * <p>The connection itself is touched only where something of it changes: not at every refresh. The lease ends with the
     * version that it was taken for.
     */
    private static final String COMMIT = """
            with moved as (
                update credential set
                    version = version + 1,
                    token_type = $3,
                    sealed_access = $4,
                    access_obtained_at = clock_timestamp(),
                    access_expires_at = clock_timestamp() + make_interval(secs => $5::float8),
                    refreshed_at = clock_timestamp(),
                    sealed_refresh = $6,
                    sealed_previous = $7,
                    refresh_fingerprint = $8,
                    previous_fingerprint = case when $7::bytea is null then null else refresh_fingerprint end,
                    sealed_client_secret = $9,
                    key_id = $10,
                    keep_alive_at = clock_timestamp() + make_interval(secs => $12::float8),
                    refresh_expires_at = coalesce(
                        clock_timestamp() + make_interval(secs => $13::float8),
                        case when $7::bytea is null then refresh_expires_at end),
                    lease_owner = null, lease_until = null, lease_epoch = null, intent_at = null,
                    uncertain_since = null, failure = null, failures = 0, retry_at = null,
                    suspects = 0, suspect_since = null
                where connection_id = $1 and version = $2
                returning connection_id, version, access_obtained_at, access_expires_at),
            revived as (
                update connection set
                    status = 'active', error_code = null, error_at = null,
                    granted_scopes = coalesce($11::text[], granted_scopes),
                    updated_at = clock_timestamp()
                where id = (select connection_id from moved)
                    and (status <> 'active' or granted_scopes is distinct from coalesce($11::text[], granted_scopes)))
            select version, access_obtained_at, access_expires_at, clock_timestamp() as now from moved
            """;

    /**
     * Under version and fence: the verdict of a holder that was taken for dead and replaced is no longer heard. The row
     * lock makes it wait for a success that is being written, and then find the version moved.
     */
    private static final String FAIL = """
            with seen as (
                select connection_id from credential
                where connection_id = $1 and version = $2 and lease_fence = $3 for update),
            ended as (
                update credential set
                    lease_owner = null, lease_until = null, lease_epoch = null, intent_at = null,
                    uncertain_since = null, failure = null, failures = 0, retry_at = null,
                    suspects = 0, suspect_since = null, keep_alive_at = null
                where connection_id = (select connection_id from seen))
            update connection set
                status = 'error', error_code = $4, error_at = clock_timestamp(), updated_at = clock_timestamp()
            where id = (select connection_id from seen) and status = 'active'
            """;

    private final Pool pool;
    private final Pool reserved;
    private final TokenSeals seals;
    private final Trail trail;

    /** @param reserved for writes: a refreshed token must not queue behind reads */
    Credentials(Pool pool, @Reserved Pool reserved, TokenSeals seals, Trail trail) {
        this.pool = pool;
        this.reserved = reserved;
        this.seals = seals;
        this.trail = trail;
    }

    /** The connection with its tokens, empty when it is gone. One read by primary key. */
    public Uni<Optional<Held>> find(ConnectionId id) {
        return find(pool, READ, id);
    }

    private static Uni<Optional<Held>> find(SqlClient client, String query, ConnectionId id) {
        return client.preparedQuery(query).execute(Tuple.of(id.value())).map(rows -> {
            var each = rows.iterator();
            return each.hasNext() ? Optional.of(Rows.held(each.next())) : Optional.empty();
        });
    }

    /** As {@link #require}, and no token of it is written before the transaction ends. */
    Uni<Held> lock(SqlClient transaction, ConnectionId id, Visibility visibility) {
        return find(transaction, READ + " for update of k", id).map(found -> visible(found, visibility));
    }

    /** As {@link #find}, for a caller: what it may not see is not found. */
    public Uni<Held> require(ConnectionId id, Visibility visibility) {
        return find(id).map(found -> visible(found, visibility));
    }

    private static Held visible(Optional<Held> found, Visibility visibility) {
        return found.filter(held -> visibility.includes(held.connection())).orElseThrow(ConnectionId::notFound);
    }

    /** @throws io.grantkeeper.secret.SealBroken when it does not open */
    public Secret accessToken(Held held) {
        return open(held, held.credential().sealedAccess(), Column.ACCESS).orElseThrow();
    }

    /**
     * Empty where the provider gave none.
     *
     * @throws io.grantkeeper.secret.SealBroken when it does not open
     */
    public Optional<Secret> refreshToken(Held held) {
        return open(held, held.credential().sealedRefresh(), Column.REFRESH);
    }

    /**
     * The secret of the client that the account brought itself, empty where the operator's client is meant.
     *
     * @throws io.grantkeeper.secret.SealBroken when it does not open
     */
    public Optional<Secret> clientSecret(Held held) {
        return open(held, held.credential().sealedClientSecret(), Column.CLIENT_SECRET);
    }

    /**
     * Seals refreshed tokens for the row of the version that was seen.
     *
     * <p>Every column is sealed anew, so that {@code key_id} is true of the whole row. Where none came the refresh token
     * stays (RFC 6749 §6); where a new one came the old one is kept beside it.
     */
    public Successor seal(Held seen, TokenSet tokens, Optional<Duration> keepAlive) {
        Optional<Secret> current = refreshToken(seen);
        Optional<Secret> next = tokens.refreshToken().or(() -> current);
        Optional<Secret> previous = current.filter(each -> !next.equals(current));
        byte[] access = seals.seal(tokens.accessToken(), Column.ACCESS, seen.connection());
        return Successor.of(
                seen,
                tokens,
                access,
                seal(seen, next, Column.REFRESH),
                seal(seen, previous, Column.PREVIOUS),
                next.map(seals::fingerprint).orElse(null),
                seal(seen, clientSecret(seen), Column.CLIENT_SECRET),
                Sealer.keyIdOf(access),
                keepAlive);
    }

    /**
     * Writes refreshed tokens over the version that was seen, and ends its lease.
     *
     * @param sinceReceipt how long ago the tokens were received
     * @return empty when another write came first, or the connection is gone: nothing was changed then
     */
    public Uni<Optional<Held>> write(Successor next, Duration sinceReceipt) {
        return reserved.preparedQuery(COMMIT)
                .execute(Tuple.tuple()
                        .addUUID(next.seen().connection().id().value())
                        .addLong(next.seen().version())
                        .addString(next.tokenType())
                        .addValue(Buffer.buffer(next.sealedAccess()))
                        .addDouble(seconds(next.lifetimeAfter(sinceReceipt)))
                        .addValue(buffer(next.sealedRefresh()))
                        .addValue(buffer(next.sealedPrevious()))
                        .addValue(buffer(next.fingerprint()))
                        .addValue(buffer(next.sealedClientSecret()))
                        .addString(next.keyId())
                        .addArrayOfString(next.scopes()
                                .map(scopes -> scopes.toArray(String[]::new))
                                .orElse(null))
                        .addDouble(seconds(next.keepAlive()))
                        .addDouble(seconds(next.refreshLifetimeAfter(sinceReceipt))))
                .map(rows -> written(next, rows.iterator()));
    }

    private static Optional<Held> written(Successor next, RowIterator<Row> rows) {
        if (!rows.hasNext()) {
            return Optional.empty();
        }
        Row row = rows.next();
        return Optional.of(next.held(
                row.getLong("version"),
                Rows.instant(row, "access_obtained_at").orElseThrow(),
                Rows.instant(row, "access_expires_at"),
                Rows.instant(row, "now").orElseThrow()));
    }

    /**
     * Marks the grant dead and ends the lease, unless tokens or lease have moved since.
     *
     * @return false when they moved, or the connection is gone or dead already
     */
    public Uni<Boolean> fail(Held seen, long fence, Reason reason) {
        return reserved.withTransaction(transaction -> transaction
                .preparedQuery(FAIL)
                .execute(Tuple.of(seen.connection().id().value(), seen.version(), fence, reason.wireName()))
                .map(result -> result.rowCount() == 1)
                .call(failed -> failed
                        ? trail.write(transaction, ended(seen.connection(), reason))
                        : Uni.createFrom().voidItem()));
    }

    private static Entry ended(Connection connection, Reason reason) {
        return Entry.of(connection.account().value(), Actor.SERVICE, Event.CONNECTION_ENDED)
                .connection(connection.id().value())
                .provider(connection.provider())
                .code(reason.wireName());
    }

    /** By which the audit trail knows a token; half of it, which is enough to tell two apart. */
    public String fingerprint(Secret token) {
        return HexFormat.of().formatHex(seals.fingerprint(token), 0, FINGERPRINT_BYTES);
    }

    static @Nullable Double seconds(Optional<Duration> duration) {
        return duration.map(each -> each.toMillis() / 1000.0).orElse(null);
    }

    private Optional<Secret> open(Held held, byte @Nullable [] sealed, Column column) {
        return Optional.ofNullable(sealed).map(bytes -> seals.unseal(bytes, column, held.connection()));
    }

    private byte @Nullable [] seal(Held held, Optional<Secret> secret, Column column) {
        return secret.map(each -> seals.seal(each, column, held.connection())).orElse(null);
    }

    /** For {@code addValue}, since {@code addBuffer} takes no null. */
    private static @Nullable Buffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : Buffer.buffer(bytes);
    }
}
