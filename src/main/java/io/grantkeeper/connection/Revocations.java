package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.RevocationEndpoint;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells providers that grants are over: at once, and where that fails from an outbox for a day.
 *
 * <p>The outbox is written in the transaction that removes a connection, so a crash forgets no grant.
 */
@ApplicationScoped
public class Revocations {

    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private static final String ENQUEUE = """
            insert into revocation_outbox
                (id, account_id, provider, sealed_token, token_kind, client_id, sealed_secret, fields, next_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + interval '10 seconds')
            """;

    private static final String DONE = "delete from revocation_outbox where id = $1";

    /** Takes what is due, for nobody else to take within the next half minute and more with every try. */
    private static final String TAKE = """
            update revocation_outbox set
                attempts = attempts + 1,
                next_at = clock_timestamp() + least(interval '30 seconds' * power(2, attempts), interval '1 hour')
            where id in (
                select id from revocation_outbox where next_at <= now()
                order by next_at limit 20 for update skip locked)
            returning id, account_id, provider, sealed_token, token_kind, client_id, sealed_secret, fields
            """;

    private static final String GIVE_UP = "delete from revocation_outbox where give_up_at <= now()";

    private final Pool pool;
    private final Sealer sealer;
    private final Uuid7 ids;
    private final Providers providers;
    private final GrantClients clients;
    private final RevocationEndpoint endpoint;

    Revocations(
            Pool pool,
            Sealer sealer,
            Uuid7 ids,
            Providers providers,
            GrantClients clients,
            RevocationEndpoint endpoint) {
        this.pool = pool;
        this.sealer = sealer;
        this.ids = ids;
        this.providers = providers;
        this.clients = clients;
        this.endpoint = endpoint;
    }

    /** What came of telling the provider; the values of the header {@code Grantkeeper-Revocation}. */
    public enum Result {
        /** The provider has ended the grant. */
        DONE,
        /** The provider did not answer as it should; it is told again for a day. */
        PENDING,
        /** The provider has no way to end a grant, or nobody here is its client any more. */
        UNSUPPORTED
    }

    /**
     * A grant to be ended.
     *
     * @param fields what was particular to its connection at the provider
     * @param ownSecret the secret of the client that came with an import
     */
    public record Ending(
            AccountId account,
            String provider,
            ConnectionFields fields,
            String clientId,
            Optional<Secret> ownSecret,
            Secret token,
            TokenKind kind) {}

    /** A token that is shown to a provider for the grant that it is of. */
    public record Handed(Secret value, TokenKind kind) {}

    /**
     * Which of a grant's tokens the provider takes for the whole of it: mostly either, of which the refresh token is the
     * surer (RFC 7009 §2.1). None where it takes refresh tokens only and there is none.
     */
    public Optional<Handed> handed(
            String provider, ConnectionFields fields, Optional<Secret> refreshToken, Supplier<Secret> accessToken) {
        return refreshToken
                .filter(token -> takes(provider, fields, TokenKind.REFRESH_TOKEN))
                .map(token -> new Handed(token, TokenKind.REFRESH_TOKEN))
                .or(() -> takes(provider, fields, TokenKind.ACCESS_TOKEN)
                        ? Optional.of(new Handed(accessToken.get(), TokenKind.ACCESS_TOKEN))
                        : Optional.empty());
    }

    private boolean takes(String provider, ConnectionFields fields, TokenKind kind) {
        return providers
                .find(provider)
                .flatMap(known -> known.revocation(fields))
                .map(revocation -> revocation.takes(kind))
                .orElse(true);
    }

    /** Remembers a grant to be ended, in the transaction that is given. */
    Uni<UUID> enqueue(SqlClient transaction, Ending ending) {
        UUID id = ids.next();
        return transaction
                .preparedQuery(ENQUEUE)
                .execute(Tuple.tuple()
                        .addUUID(id)
                        .addString(ending.account().value())
                        .addString(ending.provider())
                        .addValue(seal(ending.token(), "sealed_token", id, ending))
                        .addString(ending.kind().wireName())
                        .addString(ending.clientId())
                        .addValue(ending.ownSecret()
                                .map(secret -> seal(secret, "sealed_secret", id, ending))
                                .orElse(null))
                        .addValue(ending.fields().json()))
                .replaceWith(id);
    }

    /** Ends a grant that no connection has, now or from the outbox. */
    public Uni<Result> end(Ending ending) {
        return enqueue(pool, ending).chain(id -> tell(id, ending));
    }

    /** Tells the provider, and forgets the entry of the outbox when there is nothing more to tell. */
    Uni<Result> tell(UUID id, Ending ending) {
        return Uni.createFrom()
                .deferred(() -> clients.reach(
                        ending.provider(), ending.fields(), ending.clientId(), ending.account(), ending::ownSecret))
                .chain(counterparty -> tell(counterparty, ending))
                .ifNoItem()
                .after(DEADLINE)
                .recoverWithItem(Result.PENDING)
                .onFailure()
                .recoverWithItem(failure -> pending(ending, failure))
                .call(result -> result == Result.PENDING ? Uni.createFrom().voidItem() : forget(id));
    }

    /** Tells providers of all that is due. For whoever keeps time; it fails only with the database. */
    public Uni<Void> tellDue() {
        return pool.query(GIVE_UP)
                .execute()
                .chain(() -> pool.query(TAKE).execute())
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .onItem()
                .transformToUniAndConcatenate(this::tellAgain)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Result> tellAgain(Row row) {
        return Uni.createFrom()
                .deferred(() -> tell(row.getUUID("id"), ending(row)))
                .onFailure(SealBroken.class)
                .recoverWithItem(Result.PENDING);
    }

    private Uni<Result> tell(Optional<Counterparty> counterparty, Ending ending) {
        return counterparty
                .flatMap(reached -> reached.endpoints()
                        .revocation()
                        .map(revocation ->
                                endpoint.revoke(reached, revocation, ending.token(), ending.kind(), DEADLINE)))
                .map(told -> told.map(done -> done ? Result.DONE : Result.PENDING))
                .orElseGet(() -> Uni.createFrom().item(Result.UNSUPPORTED));
    }

    private Uni<Void> forget(UUID id) {
        return pool.preparedQuery(DONE).execute(Tuple.of(id)).replaceWithVoid();
    }

    private static Result pending(Ending ending, Throwable failure) {
        LOG.warnf(
                "revocation pending provider=%s cause=%s",
                ending.provider(), failure.getClass().getSimpleName());
        return Result.PENDING;
    }

    private Ending ending(Row row) {
        UUID id = row.getUUID("id");
        AccountId account = new AccountId(row.getString("account_id"));
        String provider = row.getString("provider");
        ConnectionFields fields = Rows.fields(row);
        byte @Nullable [] ownSecret = Rows.bytes(row, "sealed_secret");
        return new Ending(
                account,
                provider,
                fields,
                row.getString("client_id"),
                Optional.ofNullable(ownSecret)
                        .map(bytes -> sealer.unseal(bytes, context("sealed_secret", id, account, provider, fields))),
                sealer.unseal(
                        row.getBuffer("sealed_token").getBytes(),
                        context("sealed_token", id, account, provider, fields)),
                TokenKind.of(row.getString("token_kind")));
    }

    private Buffer seal(Secret secret, String column, UUID id, Ending ending) {
        return Buffer.buffer(
                sealer.seal(secret, context(column, id, ending.account(), ending.provider(), ending.fields())));
    }

    private SealContext context(String column, UUID id, AccountId account, String provider, ConnectionFields fields) {
        String origin = providers
                .find(provider)
                .map(known -> known.tokenEndpointOrigin(fields))
                .orElse("");
        return SealContext.of("revocation_outbox", column, id.toString(), account.value(), provider, origin);
    }
}
