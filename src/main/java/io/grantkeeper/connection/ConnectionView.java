package io.grantkeeper.connection;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.Connection.State;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the API shows it: everything but its tokens.
 *
 * @param providerSubject empty when the provider tells nobody who its users are
 * @param fields what is particular to the connection at the provider, such as its shop or its tenant
 * @param apiBaseUrls where its tokens may be sent; the first is the usual one
 * @param expiresAt when the stored access token expires; null where tokens do not
 * @param forecast when and why it will need its user; null where nobody knows of anything, and where it has ended
 * @param agentIds the agents that may use it; empty when all of the account may
 * @param clientChanged whether the account would be connected by another client now: it works, and should be reauthorized
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ConnectionView(
        String id,
        String provider,
        String providerSubject,
        @Nullable String providerAccountId,
        @Nullable String providerAccountName,
        List<String> scopes,
        Map<String, String> fields,
        List<String> apiBaseUrls,
        String status,
        @Nullable Failure error,
        @Nullable Instant expiresAt,
        @Nullable Forecast forecast,
        Instant createdAt,
        @Nullable Instant lastRefreshedAt,
        @Nullable Instant lastUsedAt,
        List<String> agentIds,

        @Schema(description = "Whether a new flow would use another client: it goes on, and a reauthorization moves it")
        boolean clientChanged) {

    /** Why and since when a connection is dead. */
    record Failure(String code, Instant at) {}

    static ConnectionView of(Connections.Listed listed, List<String> apiBaseUrls, Optional<Forecast> forecast) {
        Connection connection = listed.connection();
        return new ConnectionView(
                connection.id().toString(),
                connection.provider(),
                connection.identity().subject(),
                connection.identity().accountId().orElse(null),
                connection.identity().accountName().orElse(null),
                List.copyOf(connection.scopes()),
                connection.fields().values(),
                apiBaseUrls,
                connection.state() instanceof State.Active ? "active" : "error",
                failure(connection.state()),
                seconds(listed.standing().accessExpiresAt()),
                forecast.map(Forecast::rounded).orElse(null),
                connection.createdAt().truncatedTo(ChronoUnit.SECONDS),
                seconds(listed.refreshedAt()),
                seconds(listed.lastUsedAt()),
                connection.agents().stream().map(AgentId::value).sorted().toList(),
                listed.clientChanged());
    }

    private static @Nullable Failure failure(State state) {
        return state instanceof State.Failed failed
                ? new Failure(failed.reason().wireName(), failed.at().truncatedTo(ChronoUnit.SECONDS))
                : null;
    }

    private static @Nullable Instant seconds(Optional<Instant> instant) {
        return instant.map(each -> each.truncatedTo(ChronoUnit.SECONDS)).orElse(null);
    }
}
