package io.grantkeeper.audit;

import io.grantkeeper.caller.AccountId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The trail in PostgreSQL. */
@ApplicationScoped
class AuditEntries {

    private static final String LIST = """
            select id, at, event, actor_kind, actor_id, connection_id, provider, agent_id, code, fingerprint, times
            from audit_event
            where account_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or connection_id = $3)
                and ($4::text is null or agent_id = $4 or (actor_kind = 'agent' and actor_id = $4))
                and ($5::text is null or event = $5)
            order by id desc limit $6
            """;

    private final Pool pool;

    AuditEntries(Pool pool) {
        this.pool = pool;
    }

    /**
     * Which entries to list.
     *
     * @param before the last one of the page before
     * @param agent who did it, or whom it was done to
     */
    record Filter(
            Optional<UUID> before,
            Optional<UUID> connection,
            Optional<String> agent,
            Optional<String> event,
            int limit) {}

    /** The latest first. */
    Uni<List<AuditEntry>> list(AccountId account, Filter filter) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.tuple()
                        .addString(account.value())
                        .addUUID(filter.before().orElse(null))
                        .addUUID(filter.connection().orElse(null))
                        .addString(filter.agent().orElse(null))
                        .addString(filter.event().orElse(null))
                        .addInteger(filter.limit()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(AuditEntry::of)
                        .toList());
    }
}
