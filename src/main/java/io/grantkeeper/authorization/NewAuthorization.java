package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Wants.Asked;
import io.grantkeeper.provider.ConnectionFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code POST /api/apps/authorize} is asked for. */
record NewAuthorization(
        @Nullable String provider,
        @Nullable String service,
        @Nullable List<String> scopes,
        @Nullable Map<String, String> fields,
        @Nullable String accountId,
        @Nullable String agentId,
        @Nullable String connectionId,
        @Nullable String returnTo) {

    Asked asked() {
        return new Asked(
                Optional.ofNullable(provider),
                Optional.ofNullable(service),
                scopes == null ? List.of() : List.copyOf(scopes),
                ConnectionFields.given(fields),
                Optional.ofNullable(accountId),
                Optional.ofNullable(agentId),
                Optional.ofNullable(connectionId),
                Optional.ofNullable(returnTo));
    }
}
