package io.grantkeeper.client;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** The clients that accounts bring for themselves: one at a time at each provider. */
@ApplicationScoped
class OwnClients {

    /** Each of them is kept for a while. */
    private static final int MOST_CHANGES = 20;

    private static final Duration COME_AGAIN = Duration.ofHours(1);

    private static final String STANDING = """
            select
                count(*) filter (where account_id <> '' and not present and used_at > now() - interval '1 day') as changes,
                count(*) filter (where account_id <> '' and client_id = $3) as known,
                count(*) filter (where account_id = '') as operators,
                count(*) filter (where present) as present
            from client where provider = $2 and (account_id = $1 or (account_id = '' and client_id = $3))
            """;

    private static final String REPLACED = """
            update client set present = false, used_at = clock_timestamp()
            where account_id = $1 and provider = $2 and present and client_id <> $3
            """;

    private static final String BROUGHT = """
            insert into client (account_id, provider, client_id, sealed_secret, key_id, present)
            values ($1, $2, $3, $4, $5, true)
            on conflict (account_id, provider, client_id) do update set
                sealed_secret = excluded.sealed_secret, key_id = excluded.key_id, present = true,
                used_at = clock_timestamp()
            """;

    private static final String PUT_AWAY = """
            update client set present = false, used_at = clock_timestamp()
            where account_id = $1 and provider = $2 and present
            """;

    /** What is brought at the same moment comes one after the other. */
    private static final String ALONE = "select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))";

    private final Pool pool;
    private final StoredClients stored;
    private final ClientSeals seals;
    private final ClientRegistrations registrations;
    private final HeldProviders held;
    private final Trail trail;

    OwnClients(
            Pool pool,
            StoredClients stored,
            ClientSeals seals,
            ClientRegistrations registrations,
            HeldProviders held,
            Trail trail) {
        this.pool = pool;
        this.stored = stored;
        this.seals = seals;
        this.registrations = registrations;
        this.held = held;
        this.trail = trail;
    }

    /** The account's own client; fails with not found where it has none. */
    Uni<StoredClient> require(AccountId account, Provider provider) {
        return stored.present(account, provider.id()).map(found -> found.orElseThrow(OwnClients::notFound));
    }

    /**
     * Makes a client the account's own, in place of the one that it had. Here it holds at once.
     *
     * @return whether it had none; fails with {@code invalid_request} for the operator's client, and with
     *     {@code rate_limited} when the account changes its client all the time
     */
    Uni<Boolean> bring(ClientRegistration client, Provider provider, AccountId account, User by) {
        requireNotOperators(
                registrations.find(provider).map(ClientRegistration::id).filter(client.id()::equals));
        return pool.withTransaction(transaction -> alone(transaction, provider, account)
                        .chain(() -> standing(transaction, client, provider, account))
                        .call(() -> write(transaction, client, provider, account))
                        .call(() -> trail.write(transaction, entry(account, by, Event.CLIENT_BROUGHT, provider))))
                .invoke(() -> held.forget(account));
    }

    /** From now on the operator's is used for whatever is new; fails with not found where the account has none. */
    Uni<Void> putAway(Provider provider, AccountId account, User by) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(PUT_AWAY)
                        .execute(Tuple.of(account.value(), provider.id()))
                        .invoke(rows -> {
                            if (rows.rowCount() == 0) {
                                throw notFound();
                            }
                        })
                        .chain(() -> trail.write(transaction, entry(account, by, Event.CLIENT_PUT_AWAY, provider))))
                .invoke(() -> held.forget(account));
    }

    private static Uni<Void> alone(SqlConnection transaction, Provider provider, AccountId account) {
        return transaction
                .preparedQuery(ALONE)
                .execute(Tuple.of(account.value(), provider.id()))
                .replaceWithVoid();
    }

    private Uni<Boolean> standing(
            SqlConnection transaction, ClientRegistration client, Provider provider, AccountId account) {
        return transaction
                .preparedQuery(STANDING)
                .execute(Tuple.of(account.value(), provider.id(), client.id()))
                .map(rows -> rows.iterator().next())
                .map(OwnClients::isFirst);
    }

    private static boolean isFirst(Row standing) {
        requireNotOperators(Optional.of(standing).filter(row -> row.getLong("operators") > 0));
        if (standing.getLong("known") == 0 && standing.getLong("changes") >= MOST_CHANGES) {
            throw Problem.of(ProblemCode.RATE_LIMITED, "This client was changed too often within a day.")
                    .retryAfter(COME_AGAIN);
        }
        return standing.getLong("present") == 0;
    }

    /**
     * Its id is no secret. Whoever brought it with another one would have refreshes fail that are asked for in its name, and
     * all accounts' connections wait for what looks like the operator's mistake.
     */
    private static void requireNotOperators(Optional<?> operators) {
        if (operators.isPresent()) {
            throw Problem.of(
                    ProblemCode.INVALID_REQUEST,
                    "This is, or was, the operator's client, which every account here uses: bring one of your own.");
        }
    }

    private Uni<Void> write(
            SqlConnection transaction, ClientRegistration client, Provider provider, AccountId account) {
        byte[] sealed = seals.seal(account.value(), provider, client);
        return transaction
                .preparedQuery(REPLACED)
                .execute(Tuple.of(account.value(), provider.id(), client.id()))
                .chain(() -> transaction
                        .preparedQuery(BROUGHT)
                        .execute(Tuple.tuple()
                                .addString(account.value())
                                .addString(provider.id())
                                .addString(client.id())
                                .addValue(sealed == null ? null : Buffer.buffer(sealed))
                                .addString(sealed == null ? null : Sealer.keyIdOf(sealed))))
                .replaceWithVoid();
    }

    private static Entry entry(AccountId account, User by, Event event, Provider provider) {
        return Entry.of(account.value(), Actor.user(by.subject()), event).provider(provider.id());
    }

    private static Problem notFound() {
        return Problem.of(ProblemCode.NOT_FOUND, "This account has no client of its own there.");
    }
}
