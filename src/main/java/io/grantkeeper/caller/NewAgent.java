package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.problem.Problem;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An agent to be registered. One with neither a service account nor a public key gets a secret.
 *
 * @param kubernetes the service account of its pods
 * @param publicKey its Ed25519 key, where its secret must not exist here
 */
record NewAgent(
        @Nullable String name,
        @Nullable AgentMode mode,
        @Nullable KubernetesIdentity kubernetes,
        @Nullable PublicJwk publicKey) {

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");

    /** @throws Problem {@code invalid_request} when it can't be registered */
    AgentRow row(AgentId id, AccountId account) {
        AgentRow row = new AgentRow();
        row.id = id.value();
        row.accountId = account.value();
        row.name = validName();
        row.mode = validMode();
        if (kubernetes != null && publicKey != null) {
            throw invalid("An agent has either a service account or a public key.");
        }
        if (kubernetes != null) {
            row.runAs(kubernetes.complete());
        }
        if (publicKey != null) {
            row.publicKey = publicKey.key();
        }
        return row;
    }

    boolean needsSecret() {
        return kubernetes == null && publicKey == null;
    }

    private String validName() {
        if (name == null || name.isBlank() || !NAME.matcher(name).matches()) {
            throw invalid("name has 1 to 100 characters.");
        }
        return name;
    }

    private AgentMode validMode() {
        if (mode == null) {
            throw invalid("mode is token or proxy.");
        }
        return mode;
    }

    private static Problem invalid(String description) {
        return Problem.of(INVALID_REQUEST, description);
    }
}
