package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Connection.State;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.ProviderIdentity;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How rows become connections and credentials. */
final class Rows {

    /** The columns that {@link #connection} reads, of a table named {@code c}. */
    static final String CONNECTION = """
            c.id, c.account_id, c.created_by, c.provider, c.issuer, c.provider_subject, c.provider_account_id,
            c.provider_account_name, c.fields, c.grant_type, c.granted_scopes, c.status, c.error_code, c.error_at, c.agent_ids,
            c.created_at
            """;

    /** The columns that {@link #held} reads besides, of a table named {@code k}. */
    static final String CREDENTIAL = """
            k.version, k.token_type, k.sealed_access, k.access_obtained_at, k.access_expires_at, k.refreshed_at,
            k.sealed_refresh, k.client_id, k.sealed_client_secret, k.lease_fence, k.lease_until, k.uncertain_since,
            k.failure, k.failures, k.retry_at, k.suspects, k.suspect_since, clock_timestamp() as now
            """;

    /**
     * The columns that {@link #standing} reads besides, of the same tables. Where nothing was refreshed yet, the tokens are
     * those of the last consent: replicas of an older version write that one's time nowhere else.
     */
    static final String STANDING = """
            greatest(coalesce(k.granted_at, c.created_at),
                case when k.refreshed_at is null then k.access_obtained_at end) as consented_at,
            k.imported_fingerprint is not null as imported, coalesce(k.refreshed_at, k.access_obtained_at) as renewed_at,
            k.access_expires_at, k.sealed_refresh is not null as has_refresh_token, k.refresh_expires_at, k.keep_alive_at,
            clock_timestamp() as now
            """;

    private Rows() {}

    static Connection connection(Row row) {
        return new Connection(
                new ConnectionId(row.getUUID("id")),
                new AccountId(row.getString("account_id")),
                row.getString("created_by"),
                row.getString("provider"),
                row.getString("issuer"),
                identity(row),
                fields(row),
                GrantType.of(row.getString("grant_type")),
                texts(row, "granted_scopes"),
                state(row),
                agents(row),
                requiredInstant(row, "created_at"));
    }

    static Held held(Row row) {
        Connection connection = connection(row);
        Credential credential = new Credential(
                connection.id(),
                row.getLong("version"),
                row.getString("token_type"),
                bytes(row, "sealed_access"),
                requiredInstant(row, "access_obtained_at"),
                instant(row, "access_expires_at"),
                instant(row, "refreshed_at"),
                bytes(row, "sealed_refresh"),
                row.getString("client_id"),
                bytes(row, "sealed_client_secret"),
                progress(row));
        return new Held(connection, credential, requiredInstant(row, "now"));
    }

    static Standing standing(Row row) {
        return new Standing(
                "active".equals(row.getString("status")),
                GrantType.of(row.getString("grant_type")),
                requiredInstant(row, "consented_at"),
                row.getBoolean("imported"),
                requiredInstant(row, "renewed_at"),
                instant(row, "access_expires_at"),
                row.getBoolean("has_refresh_token"),
                instant(row, "refresh_expires_at"),
                instant(row, "keep_alive_at"),
                requiredInstant(row, "now"));
    }

    private static Progress progress(Row row) {
        return new Progress(
                row.getLong("lease_fence"),
                instant(row, "lease_until"),
                instant(row, "uncertain_since"),
                Optional.ofNullable(row.getString("failure")).map(Setback::of),
                row.getInteger("failures"),
                instant(row, "retry_at"),
                row.getInteger("suspects"),
                instant(row, "suspect_since"));
    }

    static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    static byte @Nullable [] bytes(Row row, String column) {
        var buffer = row.getBuffer(column);
        return buffer == null ? null : buffer.getBytes();
    }

    private static Instant requiredInstant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static ProviderIdentity identity(Row row) {
        return new ProviderIdentity(
                row.getString("provider_subject"),
                Optional.ofNullable(row.getString("provider_account_id")),
                Optional.ofNullable(row.getString("provider_account_name")));
    }

    static ConnectionFields fields(Row row) {
        return ConnectionFields.of(row.getJsonObject("fields"));
    }

    private static State state(Row row) {
        if ("error".equals(row.getString("status"))) {
            return new State.Failed(Reason.of(row.getString("error_code")), requiredInstant(row, "error_at"));
        }
        return new State.Active();
    }

    private static SequencedSet<String> texts(Row row, String column) {
        return new LinkedHashSet<>(Arrays.asList(row.getArrayOfStrings(column)));
    }

    private static Set<AgentId> agents(Row row) {
        return Arrays.stream(row.getArrayOfStrings("agent_ids"))
                .map(AgentId::new)
                .collect(Collectors.toUnmodifiableSet());
    }
}
