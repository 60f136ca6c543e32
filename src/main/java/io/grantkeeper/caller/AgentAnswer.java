package io.grantkeeper.caller;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.secret.Secret;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What users are told of an agent.
 *
 * @param secret 64 hexadecimal digits, at registration and rotation only
 * @param previousSecretUntil when a secret that was rotated stops working
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AgentAnswer(
        String id,
        String name,
        AgentMode mode,
        @Nullable KubernetesIdentity kubernetes,
        @Nullable PublicJwk publicKey,
        @Nullable String secret,
        @Nullable Instant previousSecretUntil,
        Instant createdAt,
        String createdBy) {

    static AgentAnswer of(AgentRow row) {
        return of(row, Optional.empty());
    }

    static AgentAnswer of(Agents.Registered registered) {
        return of(registered.row(), registered.secret());
    }

    private static AgentAnswer of(AgentRow row, Optional<Secret> secret) {
        return new AgentAnswer(
                row.id,
                row.name,
                row.mode,
                row.runsAs().orElse(null),
                Optional.ofNullable(row.publicKey).map(PublicJwk::of).orElse(null),
                secret.map(Secret::reveal).orElse(null),
                row.previousUntil,
                row.createdAt,
                row.createdBy);
    }

    /** Records print what they hold. */
    @Override
    public String toString() {
        return "AgentAnswer[" + id + "]";
    }
}
