package io.grantkeeper.client;

import io.grantkeeper.caller.AccountId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The stored clients in PostgreSQL, read. */
@ApplicationScoped
class StoredClients {

    static final String COLUMNS = "account_id, provider, client_id, sealed_secret, created_at";

    private static final String NAMED =
            "select " + COLUMNS + " from client where account_id in ($1, '') and provider = $2 and client_id = $3";

    private static final String PRESENT =
            "select " + COLUMNS + " from client where account_id = $1 and provider = $2 and present";

    private static final String PROVIDERS = "select provider from client where account_id = $1 and present";

    private final Pool pool;

    StoredClients(Pool pool) {
        this.pool = pool;
    }

    /** The clients of this id that an account's grants may have been given to: its own, the operator's. */
    Uni<List<StoredClient>> named(String clientId, AccountId account, String provider) {
        return pool.preparedQuery(NAMED)
                .execute(Tuple.of(account.value(), provider, clientId))
                .map(StoredClients::all);
    }

    /** The client that the account brought and did not put away. */
    Uni<Optional<StoredClient>> present(AccountId account, String provider) {
        return pool.preparedQuery(PRESENT)
                .execute(Tuple.of(account.value(), provider))
                .map(rows -> all(rows).stream().findFirst());
    }

    /** The providers at which the account has a client of its own. */
    Uni<Set<String>> providersOf(AccountId account) {
        return pool.preparedQuery(PROVIDERS)
                .execute(Tuple.of(account.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("provider"))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    static List<StoredClient> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(StoredClients::client)
                .toList();
    }

    private static StoredClient client(Row row) {
        var sealed = row.getBuffer("sealed_secret");
        return new StoredClient(
                row.getString("account_id"),
                row.getString("provider"),
                row.getString("client_id"),
                sealed == null ? null : sealed.getBytes(),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
