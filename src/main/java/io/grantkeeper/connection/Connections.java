package io.grantkeeper.connection;

import io.grantkeeper.caller.AgentId;
import io.grantkeeper.client.PresentClients;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The connections in PostgreSQL, without their tokens. */
@ApplicationScoped
public class Connections {

    private static final String SELECT = "select " + Rows.CONNECTION
            + ", k.refreshed_at, u.last_used_at, " + Rows.STANDING
            + ", k.client_id, k.sealed_client_secret is not null as client_brought, o.client_id as own_client"
            + " from connection c"
            + " join credential k on k.connection_id = c.id left join connection_use u on u.connection_id = c.id"
            + " left join client o on o.account_id = c.account_id and o.provider = c.provider and o.present";

    private static final String VISIBLE =
            " where c.account_id = $1 and ($2::text is null or c.access = 'account' or $2 = any (c.agent_ids))";

    private static final String FIND = SELECT + VISIBLE + " and c.id = $3";

    private static final String LIST = SELECT + VISIBLE
            + " and ($3::text is null or c.provider = $3) and ($4::text is null or c.status = $4)"
            + " and ($5::uuid is null or c.id > $5)"
            + " and ($7::text is null or c.provider_subject = $7 or lower(c.provider_account_id) = lower($7)"
            + " or lower(c.provider_account_name) = lower($7)) order by c.id limit $6";

    /**
     * Also when the token that is in use now is to be renewed: some minutes before it expires, or when three quarters of
     * its life are over where that is later. One that lives for less than two minutes is renewed on demand only.
     */
    private static final String USED = """
            insert into connection_use as u (connection_id, last_used_at, renew_at)
            select c.id, clock_timestamp(), case
                when c.status = 'active' and (k.sealed_refresh is not null or c.grant_type = 'client_credentials')
                    and k.access_expires_at - k.access_obtained_at >= interval '2 minutes'
                then k.access_expires_at - least(
                    make_interval(secs => $2::float8), (k.access_expires_at - k.access_obtained_at) / 4)
                end
            from connection c join credential k on k.connection_id = c.id where c.id = $1
            on conflict (connection_id) do update set
                last_used_at = excluded.last_used_at, renew_at = excluded.renew_at
            """;

    private static final int EARLIEST_RENEWAL_SECONDS = 600;
    private static final int LATEST_RENEWAL_SECONDS = 300;

    private final Pool pool;
    private final PresentClients clients;

    Connections(Pool pool, PresentClients clients) {
        this.pool = pool;
        this.clients = clients;
    }

    /** The connection, when the caller may see it; else not found. */
    public Uni<Listed> require(ConnectionId id, Visibility visibility) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(visibility.account().value(), agentOf(visibility), id.value()))
                .map(rows -> {
                    var each = rows.iterator();
                    if (!each.hasNext()) {
                        throw ConnectionId.notFound();
                    }
                    return listed(each.next());
                });
    }

    /** The visible connections in the order they were made, the oldest first. */
    public Uni<List<Listed>> list(Visibility visibility, Filter filter) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.tuple()
                        .addString(visibility.account().value())
                        .addString(agentOf(visibility))
                        .addString(filter.provider().orElse(null))
                        .addString(filter.status().orElse(null))
                        .addUUID(filter.after().map(ConnectionId::value).orElse(null))
                        .addInteger(filter.limit())
                        .addString(filter.called().orElse(null)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(this::listed)
                        .toList());
    }

    /** Notes that the connection was used just now. */
    public Uni<Void> used(ConnectionId id) {
        // Spread, so that what was connected at one time is not renewed at one time for ever.
        double lead = ThreadLocalRandom.current().nextDouble(LATEST_RENEWAL_SECONDS, EARLIEST_RENEWAL_SECONDS);
        return pool.preparedQuery(USED).execute(Tuple.of(id.value(), lead)).replaceWithVoid();
    }

    private Listed listed(Row row) {
        return new Listed(
                Rows.connection(row),
                Rows.standing(row),
                Rows.instant(row, "refreshed_at"),
                Rows.instant(row, "last_used_at"),
                clients.differs(
                        row.getString("provider"),
                        row.getString("client_id"),
                        row.getBoolean("client_brought"),
                        Optional.ofNullable(row.getString("own_client"))));
    }

    private static @Nullable String agentOf(Visibility visibility) {
        return visibility.agent().map(AgentId::value).orElse(null);
    }

    /**
     * A connection with what else there is to say of it without opening a seal.
     *
     * @param refreshedAt empty before the first refresh
     * @param lastUsedAt empty when no agent has fetched its token yet
     * @param clientChanged whether a new grant would be given to another client than this one was
     */
    public record Listed(
            Connection connection,
            Standing standing,
            Optional<Instant> refreshedAt,
            Optional<Instant> lastUsedAt,
            boolean clientChanged) {}

    /**
     * Which of the visible connections to list.
     *
     * @param status {@code active} or {@code error}
     * @param after the last one of the page before
     * @param limit how many at most
     * @param called the account's subject, id or name at the provider
     */
    public record Filter(
            Optional<String> provider,
            Optional<String> status,
            Optional<ConnectionId> after,
            int limit,
            Optional<String> called) {

        public static Filter ofProvider(String provider, Optional<String> called, int limit) {
            return new Filter(Optional.of(provider), Optional.empty(), Optional.empty(), limit, called);
        }
    }
}
