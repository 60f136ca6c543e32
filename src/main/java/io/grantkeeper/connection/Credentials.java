package io.grantkeeper.connection;

import io.grantkeeper.connection.TokenSeals.Column;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sealed tokens of connections in PostgreSQL. Every write names the version that it saw and does nothing when
 * another came before it.
 */
@ApplicationScoped
public class Credentials {

    private static final String READ = "select " + Rows.CONNECTION + ", " + Rows.CREDENTIAL
            + " from connection c join credential k on k.connection_id = c.id where c.id = $1";

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
                    key_id = $10
                where connection_id = $1 and version = $2
                returning connection_id)
            update connection set
                status = 'active', error_code = null, error_at = null,
                granted_scopes = coalesce($11::text[], granted_scopes),
                updated_at = clock_timestamp()
            where id = (select connection_id from moved)
            """;

    /** The row lock makes a failure wait for a success that is being written, and then find the version moved. */
    private static final String FAIL = """
            with seen as (
                select connection_id from credential where connection_id = $1 and version = $2 for update)
            update connection set
                status = 'error', error_code = $3, error_at = clock_timestamp(), updated_at = clock_timestamp()
            where id = (select connection_id from seen) and status = 'active'
            """;

    private final Pool pool;
    private final TokenSeals seals;

    Credentials(Pool pool, TokenSeals seals) {
        this.pool = pool;
        this.seals = seals;
    }

    /** The connection with its tokens, empty when it is gone. One read by primary key. */
    public Uni<Optional<Held>> find(ConnectionId id) {
        return pool.preparedQuery(READ).execute(Tuple.of(id.value())).map(rows -> {
            var each = rows.iterator();
            return each.hasNext() ? Optional.of(Rows.held(each.next())) : Optional.empty();
        });
    }

    /** As {@link #find}, for a caller: what it may not see is not found. */
    public Uni<Held> require(ConnectionId id, Visibility visibility) {
        return find(id).map(found ->
                found.filter(held -> visibility.includes(held.connection())).orElseThrow(ConnectionId::notFound));
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
     * Writes refreshed tokens over the version that was seen.
     *
     * <p>Every column is sealed anew, so that {@code key_id} is true of the whole row. Where none came the refresh token
     * stays (RFC 6749 §6); where a new one came the old one is kept beside it.
     *
     * @return false when another write came first, or the connection is gone: nothing was changed then
     */
    public Uni<Boolean> commit(Held seen, TokenSet tokens) {
        Optional<Secret> current = refreshToken(seen);
        Optional<Secret> next = tokens.refreshToken().or(() -> current);
        Optional<Secret> previous = current.filter(each -> !next.equals(current));
        return pool.preparedQuery(COMMIT)
                .execute(Tuple.tuple()
                        .addUUID(seen.connection().id().value())
                        .addLong(seen.version())
                        .addString(tokens.tokenType())
                        .addValue(seal(seen, Optional.of(tokens.accessToken()), Column.ACCESS))
                        .addDouble(seconds(tokens.expiresIn()))
                        .addValue(seal(seen, next, Column.REFRESH))
                        .addValue(seal(seen, previous, Column.PREVIOUS))
                        .addValue(next.map(each -> Buffer.buffer(seals.fingerprint(each)))
                                .orElse(null))
                        .addValue(seal(seen, clientSecret(seen), Column.CLIENT_SECRET))
                        .addString(seals.keyId())
                        .addArrayOfString(tokens.scopes()
                                .map(scopes -> scopes.toArray(String[]::new))
                                .orElse(null)))
                .map(result -> result.rowCount() == 1);
    }

    /**
     * Marks the grant dead, unless its tokens moved since they were seen.
     *
     * @return false when they moved, or the connection is gone or dead already
     */
    public Uni<Boolean> fail(Held seen, Reason reason) {
        return pool.preparedQuery(FAIL)
                .execute(Tuple.of(seen.connection().id().value(), seen.version(), reason.wireName()))
                .map(result -> result.rowCount() == 1);
    }

    static @Nullable Double seconds(Optional<Duration> duration) {
        return duration.map(each -> each.toMillis() / 1000.0).orElse(null);
    }

    private Optional<Secret> open(Held held, byte @Nullable [] sealed, Column column) {
        return Optional.ofNullable(sealed).map(bytes -> seals.unseal(bytes, column, held.connection()));
    }

    /** Null where there is nothing to seal; for {@code addValue}, since {@code addBuffer} takes no null. */
    private @Nullable Buffer seal(Held held, Optional<Secret> secret, Column column) {
        return secret.map(each -> Buffer.buffer(seals.seal(each, column, held.connection())))
                .orElse(null);
    }
}
