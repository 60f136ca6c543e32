package io.grantkeeper.connection;

import io.grantkeeper.client.RememberedClients;
import io.grantkeeper.client.RememberedClients.Configured;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Keeps the clients that connections need, and no others.
 *
 * <p>A new grant's client is remembered with it; those of connections that are older than that, or were made by a replica
 * of an older version, are remembered here while they are still the configured ones.
 */
@ApplicationScoped
public class UsedClients {

    private static final String IN_USE = """
            select distinct o.provider, o.client_id
            from unnest($1::text[], $2::text[]) as o (provider, client_id)
            join connection c on c.provider = o.provider
            join credential k on k.connection_id = c.id and k.client_id = o.client_id and k.sealed_client_secret is null
            """;

    /** A day's grace, so that one that was just put away is still there for what was begun with it. */
    private static final String FORGET = """
            delete from client o
            where not present and used_at < now() - interval '1 day'
                and not exists (
                    select from connection c join credential k on k.connection_id = c.id
                    where k.client_id = o.client_id and c.provider = o.provider and k.sealed_client_secret is null
                        and o.account_id in ('', c.account_id))
                and not exists (
                    select from pending_import p
                    where p.client_id = o.client_id and p.provider = o.provider
                        and o.account_id in ('', p.account_id))
                and not exists (
                    select from revocation_outbox r
                    where r.client_id = o.client_id and r.provider = o.provider
                        and o.account_id in ('', r.account_id))
            """;

    private final Pool pool;
    private final RememberedClients clients;

    UsedClients(Pool pool, RememberedClients clients) {
        this.pool = pool;
        this.clients = clients;
    }

    /** For whoever keeps time: it may read all connections. */
    public Uni<Void> keep() {
        return Uni.createFrom()
                .deferred(() -> remember(clients.unwritten()))
                .chain(() -> pool.query(FORGET).execute())
                .replaceWithVoid();
    }

    private Uni<Void> remember(List<Configured> configured) {
        return configured.isEmpty()
                ? Uni.createFrom().voidItem()
                : pool.preparedQuery(IN_USE)
                        .execute(Tuple.of(
                                names(configured, each -> each.provider().id()),
                                names(configured, each -> each.client().id())))
                        .chain(used -> remember(used, configured));
    }

    private static String[] names(List<Configured> configured, Function<Configured, String> name) {
        return configured.stream().map(name).toArray(String[]::new);
    }

    private Uni<Void> remember(RowSet<Row> used, List<Configured> configured) {
        List<Configured> needed = StreamSupport.stream(used.spliterator(), false)
                .flatMap(row -> configured.stream().filter(each -> isOf(each, row)))
                .toList();
        return Multi.createFrom()
                .iterable(needed)
                .onItem()
                .transformToUniAndConcatenate(this::remember)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> remember(Configured needed) {
        return clients.remember(pool, needed.provider(), needed.client())
                .invoke(() -> clients.remembered(needed.provider(), needed.client()));
    }

    private static boolean isOf(Configured client, Row used) {
        return client.provider().id().equals(used.getString("provider"))
                && client.client().id().equals(used.getString("client_id"));
    }
}
