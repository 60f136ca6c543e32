package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.client.RememberedClients;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.TokenSeals.Column;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes connections of new grants, in one transaction each. */
@ApplicationScoped
public class Grants {

    private static final String UPSERT = """
            insert into connection (
                id, account_id, created_by, provider, issuer, provider_subject, provider_account_id,
                provider_account_name, grant_type, granted_scopes, access, agent_ids, fields)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict (account_id, provider, issuer, provider_subject, grant_type, agent_ids)
                where provider_subject <> ''
            do update set
                provider_account_id = excluded.provider_account_id,
                provider_account_name = excluded.provider_account_name,
                granted_scopes = excluded.granted_scopes,
                fields = excluded.fields,
                status = 'active', error_code = null, error_at = null,
                updated_at = clock_timestamp()
            returning id
            """;

    private static final String LOCK =
            "select provider, issuer, provider_subject, fields from connection where id = $1 and account_id = $2 for update";

    private static final String REVIVE = """
            update connection set
                provider_subject = $2, provider_account_id = $3, provider_account_name = $4, granted_scopes = $5,
                fields = $6, issuer = $7,
                status = 'active', error_code = null, error_at = null, updated_at = clock_timestamp()
            where id = $1
            """;

    /**
     * Where the provider gave no new refresh token to the same client, the one that we have stays good, and with it what was
     * told of its end.
     */
    private static final String STORE = """
            insert into credential as k (
                connection_id, token_type, sealed_access, access_obtained_at, access_expires_at, sealed_refresh,
                refresh_fingerprint, key_id, client_id, sealed_client_secret, imported_fingerprint, keep_alive_at,
                granted_at, refresh_expires_at)
            values (
                $1, $2, $3, clock_timestamp(), clock_timestamp() + make_interval(secs => $4::float8), $5, $6, $7, $8,
                $9, $10, clock_timestamp() + make_interval(secs => $11::float8),
                clock_timestamp(), clock_timestamp() + make_interval(secs => $12::float8))
            on conflict (connection_id) do update set
                version = k.version + 1,
                token_type = excluded.token_type,
                sealed_access = excluded.sealed_access,
                access_obtained_at = excluded.access_obtained_at,
                access_expires_at = excluded.access_expires_at,
                refreshed_at = null,
                sealed_refresh = excluded.sealed_refresh,
                sealed_previous = null,
                refresh_fingerprint = excluded.refresh_fingerprint,
                previous_fingerprint = null,
                key_id = excluded.key_id,
                client_id = excluded.client_id,
                sealed_client_secret = excluded.sealed_client_secret,
                imported_fingerprint = excluded.imported_fingerprint,
                keep_alive_at = excluded.keep_alive_at,
                granted_at = excluded.granted_at,
                refresh_expires_at = coalesce(
                    excluded.refresh_expires_at, case when $13 then k.refresh_expires_at end),
                lease_owner = null, lease_until = null, lease_epoch = null, intent_at = null,
                uncertain_since = null, failure = null, failures = 0, retry_at = null,
                suspects = 0, suspect_since = null
            returning version > 1 as replaced
            """;

    /** The row of the connection may be the same as before, of which its trigger says nothing. */
    private static final String TELL = "select tell_replicas($1)";

    private static final String KEPT_REFRESH = "select " + Rows.CONNECTION + ", " + Rows.CREDENTIAL
            + " from connection c join credential k on k.connection_id = c.id"
            + " where c.id = $1 and k.client_id = $2 for update of k";

    private static final String HELD_ALREADY = """
            select from credential where refresh_fingerprint = any ($1) or previous_fingerprint = any ($1)
                or imported_fingerprint = any ($1)
            limit 1
            """;

    private static final String IMPORTED = """
            select c.id from credential k join connection c on c.id = k.connection_id
            where k.imported_fingerprint = any ($1) and c.account_id = $2
            limit 1
            """;

    private static final String DEADLOCK = "40P01";
    private static final int RETRIES = 2;

    private final Pool pool;
    private final Channel channel;
    private final TokenSeals seals;
    private final Sealer sealer;
    private final RememberedClients clients;
    private final Uuid7 ids;
    private final Trail trail;

    Grants(
            Pool pool,
            Channel channel,
            TokenSeals seals,
            Sealer sealer,
            RememberedClients clients,
            Uuid7 ids,
            Trail trail) {
        this.pool = pool;
        this.channel = channel;
        this.seals = seals;
        this.sealer = sealer;
        this.clients = clients;
        this.ids = ids;
        this.trail = trail;
    }

    /**
     * Stores a grant: over the connection that the same subject has on the same account, else as a new one.
     *
     * @return the connection's id; fails with {@code different_account} when the grant is another subject's than that of
     *     the connection it was to revive, and with not found when that one is gone. Nothing has changed then
     */
    public Uni<ConnectionId> save(NewGrant grant) {
        return save(grant, transaction -> Uni.createFrom().voidItem());
    }

    /** As {@link #save(NewGrant)}, where something else has to be done with it or neither; whose failure is this one's. */
    public Uni<ConnectionId> save(NewGrant grant, Function<SqlConnection, Uni<Void>> together) {
        return save(List.of(grant), together);
    }

    /**
     * As {@link #save(NewGrant)}, where one consent gave several: all of them or none.
     *
     * @return the id of the first one's connection
     */
    public Uni<ConnectionId> save(List<NewGrant> together) {
        return save(together, transaction -> Uni.createFrom().voidItem());
    }

    private Uni<ConnectionId> save(List<NewGrant> grants, Function<SqlConnection, Uni<Void>> together) {
        return Uni.createFrom()
                .deferred(() -> saved(grants, together))
                .onFailure(Grants::isDeadlock)
                .retry()
                .atMost(RETRIES)
                .invoke(() -> grants.forEach(grant -> clients.remembered(grant.provider(), grant.client())))
                .invoke(ids -> ids.forEach(id -> channel.tellHere(changed(id))))
                .map(List::getFirst);
    }

    private Uni<List<ConnectionId>> saved(List<NewGrant> grants, Function<SqlConnection, Uni<Void>> together) {
        return pool.withTransaction(transaction -> together.apply(transaction)
                .onItem()
                .transformToMulti(done -> Multi.createFrom().iterable(grants))
                .onItem()
                .transformToUniAndConcatenate(grant -> saved(transaction, grant))
                .collect()
                .asList());
    }

    private Uni<ConnectionId> saved(SqlConnection transaction, NewGrant grant) {
        return identify(transaction, grant)
                .call(id -> store(transaction, id, grant))
                .call(() -> clients.remember(transaction, grant.provider(), grant.client()))
                .call(id -> trail.write(transaction, entry(id, grant)));
    }

    /** With the end of an older grant of the same connection, which takes its rows in the other order. */
    private static boolean isDeadlock(Throwable failure) {
        return failure instanceof PgException refused && DEADLOCK.equals(refused.getSqlState());
    }

    private static Entry entry(ConnectionId id, NewGrant grant) {
        boolean byUser = grant.imported().isEmpty() && grant.grant() == GrantType.AUTHORIZATION_CODE;
        return Entry.of(
                        grant.account().value(),
                        Actor.user(grant.createdBy()),
                        byUser ? Event.CONNECTION_CONNECTED : Event.CONNECTION_IMPORTED)
                .connection(id.value())
                .provider(grant.provider().id());
    }

    /** Whether a refresh token, or its successor by a rotation seen here, is held by any connection or was imported. */
    public Uni<Boolean> holds(SqlClient client, Secret refreshToken) {
        return client.preparedQuery(HELD_ALREADY)
                .execute(Tuple.of(fingerprints(refreshToken)))
                .map(rows -> rows.rowCount() > 0);
    }

    /** The connection that an import of this refresh token became; empty where there is none. */
    public Uni<Optional<ConnectionId>> imported(AccountId account, Secret refreshToken) {
        return pool.preparedQuery(IMPORTED)
                .execute(Tuple.of(fingerprints(refreshToken), account.value()))
                .map(RowSet::iterator)
                .map(each -> each.hasNext()
                        ? Optional.of(new ConnectionId(each.next().getUUID("id")))
                        : Optional.empty());
    }

    private Buffer[] fingerprints(Secret refreshToken) {
        return sealer.fingerprints(refreshToken).stream().map(Buffer::buffer).toArray(Buffer[]::new);
    }

    private Uni<ConnectionId> identify(SqlConnection transaction, NewGrant grant) {
        return grant.reauthorizes()
                .map(id -> revive(transaction, id, grant))
                .orElseGet(() -> upsert(transaction, grant));
    }

    private Uni<ConnectionId> upsert(SqlConnection transaction, NewGrant grant) {
        String[] agents = grant.agents().stream().map(AgentId::value).sorted().toArray(String[]::new);
        return transaction
                .preparedQuery(UPSERT)
                .execute(Tuple.tuple()
                        .addUUID(ids.next())
                        .addString(grant.account().value())
                        .addString(grant.createdBy())
                        .addString(grant.provider().id())
                        .addString(grant.issuer())
                        .addString(grant.identity().subject())
                        .addString(grant.identity().accountId().orElse(null))
                        .addString(grant.identity().accountName().orElse(null))
                        .addString(grant.grant().wireName())
                        .addArrayOfString(grant.scopes().toArray(String[]::new))
                        .addString(agents.length == 0 ? "account" : "agents")
                        .addArrayOfString(agents)
                        .addValue(grant.fields().json()))
                .map(rows -> new ConnectionId(rows.iterator().next().getUUID("id")));
    }

    private Uni<ConnectionId> revive(SqlConnection transaction, ConnectionId id, NewGrant grant) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(id.value(), grant.account().value()))
                .invoke(rows -> requireSameSubject(rows, grant))
                .chain(() -> transaction
                        .preparedQuery(REVIVE)
                        .execute(Tuple.tuple()
                                .addUUID(id.value())
                                .addString(grant.identity().subject())
                                .addString(grant.identity().accountId().orElse(null))
                                .addString(grant.identity().accountName().orElse(null))
                                .addArrayOfString(grant.scopes().toArray(String[]::new))
                                .addValue(grant.fields().json())
                                .addString(grant.issuer())))
                .replaceWith(id);
    }

    private static void requireSameSubject(RowSet<Row> rows, NewGrant grant) {
        RowIterator<Row> each = rows.iterator();
        if (!each.hasNext()) {
            throw ConnectionId.notFound();
        }
        Row row = each.next();
        boolean same = row.getString("provider").equals(grant.provider().id())
                && isSameIssuer(row, grant)
                && row.getString("provider_subject").equals(grant.identity().subject());
        if (!same) {
            throw Problem.of(
                    ProblemCode.DIFFERENT_ACCOUNT,
                    "You signed in at the provider with another account than the one that is connected. Nothing was changed.");
        }
    }

    /** One that was made before the provider told which account it is to may become one to an account. */
    private static boolean isSameIssuer(Row row, NewGrant grant) {
        String issuer = row.getString("issuer");
        boolean unnamed = row.getJsonObject("fields").isEmpty();
        return issuer.equals(grant.issuer())
                || (unnamed && issuer.equals(grant.issuer().split(" ", 2)[0]));
    }

    private Uni<Void> store(SqlConnection transaction, ConnectionId id, NewGrant grant) {
        return refreshToken(transaction, id, grant)
                .chain(refresh -> transaction.preparedQuery(STORE).execute(credential(id, grant, refresh)))
                .chain(rows -> rows.iterator().next().getBoolean("replaced")
                        ? tell(transaction, id)
                        : Uni.createFrom().voidItem());
    }

    private static Uni<Void> tell(SqlConnection transaction, ConnectionId id) {
        return transaction
                .preparedQuery(TELL)
                .execute(Tuple.of(changed(id).toString()))
                .replaceWithVoid();
    }

    private static Notice changed(ConnectionId id) {
        return new Notice.Changed(id.value());
    }

    private Uni<Optional<Secret>> refreshToken(SqlConnection transaction, ConnectionId id, NewGrant grant) {
        if (grant.tokens().refreshToken().isPresent()) {
            return Uni.createFrom().item(grant.tokens().refreshToken());
        }
        return transaction
                .preparedQuery(KEPT_REFRESH)
                .execute(Tuple.of(id.value(), grant.client().id()))
                .map(this::openRefreshToken);
    }

    private Optional<Secret> openRefreshToken(RowSet<Row> rows) {
        RowIterator<Row> each = rows.iterator();
        if (!each.hasNext()) {
            return Optional.empty();
        }
        Held held = Rows.held(each.next());
        return Optional.ofNullable(held.credential().sealedRefresh())
                .map(bytes -> seals.unseal(bytes, Column.REFRESH, held.connection()));
    }

    private Tuple credential(ConnectionId id, NewGrant grant, Optional<Secret> refreshToken) {
        TokenSet tokens = grant.tokens();
        boolean kept = refreshToken.isPresent() && tokens.refreshToken().isEmpty();
        Optional<Secret> clientSecret = grant.ownClient() ? grant.client().secret() : Optional.empty();
        byte[] access = seals.seal(tokens.accessToken(), Column.ACCESS, id, grant);
        return Tuple.tuple()
                .addUUID(id.value())
                .addString(tokens.tokenType())
                .addValue(Buffer.buffer(access))
                .addDouble(Credentials.seconds(lifetime(grant, refreshToken)))
                .addValue(seal(refreshToken, Column.REFRESH, id, grant))
                .addValue(fingerprint(refreshToken))
                .addString(Sealer.keyIdOf(access))
                .addString(grant.client().id())
                .addValue(seal(clientSecret, Column.CLIENT_SECRET, id, grant))
                .addValue(fingerprint(grant.imported()))
                .addDouble(Credentials.seconds(grant.provider().refresh().keepAlive(lifetime(grant, refreshToken))))
                .addDouble(Credentials.seconds(tokens.refreshExpiresIn()))
                .addBoolean(kept);
    }

    /** What a kept refresh token renews is renewed in time, as what a new one does. */
    private static Optional<Duration> lifetime(NewGrant grant, Optional<Secret> refreshToken) {
        Optional<Duration> usual =
                refreshToken.flatMap(any -> grant.provider().refresh().accessTokenLifetime());
        return grant.tokens().expiresIn().or(() -> usual);
    }

    private @Nullable Buffer fingerprint(Optional<Secret> refreshToken) {
        return refreshToken
                .map(token -> Buffer.buffer(sealer.fingerprint(token)))
                .orElse(null);
    }

    /** Null where there is nothing to seal; for {@code addValue}, since {@code addBuffer} takes no null. */
    private @Nullable Buffer seal(Optional<Secret> secret, Column column, ConnectionId id, NewGrant grant) {
        return secret.map(each -> Buffer.buffer(seals.seal(each, column, id, grant)))
                .orElse(null);
    }
}
