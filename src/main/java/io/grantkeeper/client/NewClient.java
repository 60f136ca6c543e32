package io.grantkeeper.client;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientAuthentication;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Secret;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client that an account brings.
 *
 * @param secret may be missing at a provider whose clients are public
 */
record NewClient(
        @Schema(required = true) @Nullable String id,
        @Schema(nullable = true) @Nullable String secret) {

    /** @throws Problem {@code invalid_request} when it is none that this provider can have */
    ClientRegistration registration(Provider provider) {
        if (provider.hasSignedSecret()) {
            throw Problem.of(
                    ProblemCode.INVALID_REQUEST,
                    "This provider's clients have a key that goes with settings of the operator's: an account cannot bring one.");
        }
        return new ClientRegistration(ClientFields.id(id, "id"), secret(provider));
    }

    private Optional<Secret> secret(Provider provider) {
        boolean isPublic = provider.requests().clientAuthentication() == ClientAuthentication.NONE;
        return secret == null && isPublic ? Optional.empty() : Optional.of(ClientFields.secret(secret, "secret"));
    }

    /** @throws Problem {@code invalid_request} when there is no body */
    static NewClient required(@Nullable NewClient body) {
        if (body == null) {
            throw Problem.of(ProblemCode.INVALID_REQUEST, "A JSON body is needed.");
        }
        return body;
    }

    /** Without the secret: a record prints its fields. */
    @Override
    public String toString() {
        return "NewClient[id=" + id + "]";
    }
}
