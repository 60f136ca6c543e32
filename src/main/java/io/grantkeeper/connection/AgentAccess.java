package io.grantkeeper.connection;

import static io.grantkeeper.problem.ProblemCode.DUPLICATE;
import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;
import static io.grantkeeper.problem.ProblemCode.NOT_FOUND;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.Agents;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Which agents of its account may use a connection: all, or those that its user names. */
@ApplicationScoped
class AgentAccess {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String RESTRICT = """
            update connection set access = $3, agent_ids = $4, updated_at = clock_timestamp()
            where id = $1 and account_id = $2
            returning provider
            """;

    private final Pool pool;
    private final Channel channel;
    private final Agents agents;
    private final Trail trail;

    AgentAccess(Pool pool, Channel channel, Agents agents, Trail trail) {
        this.pool = pool;
        this.channel = channel;
        this.agents = agents;
        this.trail = trail;
    }

    /**
     * Restricts a connection to these agents, or opens it to all where there are none. Here it holds at once, on every
     * other replica within a second.
     *
     * <p>Fails with {@code invalid_request} for an agent that the account does not have, with {@code duplicate} when the
     * same grant stands there for the same agents already, and with not found.
     */
    Uni<Void> restrict(ConnectionId id, AccountId account, Set<AgentId> to, User by) {
        return requireAgents(account, to)
                .chain(() -> pool.withTransaction(transaction -> transaction
                        .preparedQuery(RESTRICT)
                        .execute(row(id, account, to))
                        .map(AgentAccess::provider)
                        .chain(provider -> trail.write(transaction, changed(id, account, provider, by)))))
                .onFailure(AgentAccess::isDuplicate)
                .transform(taken -> Problem.of(
                        DUPLICATE, "Another connection holds the same account at the provider for the same agents."))
                .invoke(() -> channel.tellHere(new Notice.Changed(id.value())));
    }

    private static String provider(RowSet<Row> changed) {
        RowIterator<Row> each = changed.iterator();
        if (!each.hasNext()) {
            throw ConnectionId.notFound();
        }
        return each.next().getString("provider");
    }

    private static Entry changed(ConnectionId id, AccountId account, String provider, User by) {
        return Entry.of(account.value(), Actor.user(by.subject()), Event.CONNECTION_ACCESS_CHANGED)
                .connection(id.value())
                .provider(provider);
    }

    private Uni<Void> requireAgents(AccountId account, Set<AgentId> wanted) {
        return Multi.createFrom()
                .iterable(wanted)
                .onItem()
                .transformToUniAndConcatenate(agent -> require(account, agent))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> require(AccountId account, AgentId agent) {
        return agents.require(account, agent)
                .onFailure(failure -> failure instanceof Problem problem && problem.code() == NOT_FOUND)
                .transform(
                        unknown -> Problem.of(INVALID_REQUEST, "The field agentIds names an agent that is not there."))
                .replaceWithVoid();
    }

    private static Tuple row(ConnectionId id, AccountId account, Set<AgentId> to) {
        return Tuple.of(
                id.value(),
                account.value(),
                to.isEmpty() ? "account" : "agents",
                to.stream().map(AgentId::value).sorted().toArray(String[]::new));
    }

    private static boolean isDuplicate(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }
}
