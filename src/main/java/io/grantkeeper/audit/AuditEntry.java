package io.grantkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done.
 *
 * @param at when, for the first time
 * @param agentId the agent that it was done to
 * @param code why something ended or was refused
 * @param tokenFingerprint the same for the same token; it tells nothing else of it
 * @param times how often within a moment
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditEntry(
        String id,
        Instant at,
        String event,
        By actor,
        @Nullable String connectionId,
        @Nullable String provider,
        @Nullable String agentId,
        @Nullable String code,
        @Nullable String tokenFingerprint,
        int times) {

    /**
     * Who did it.
     *
     * @param kind user, agent or service
     */
    record By(String kind, @Nullable String id) {}

    static AuditEntry of(Row row) {
        String actor = row.getString("actor_id");
        return new AuditEntry(
                row.getUUID("id").toString(),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("event"),
                new By(row.getString("actor_kind"), actor.isEmpty() ? null : actor),
                row.getUUID("connection_id") == null
                        ? null
                        : row.getUUID("connection_id").toString(),
                row.getString("provider"),
                row.getString("agent_id"),
                row.getString("code"),
                row.getString("fingerprint"),
                row.getInteger("times"));
    }
}
