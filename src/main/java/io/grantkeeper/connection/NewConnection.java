package io.grantkeeper.connection;

import io.grantkeeper.client.ClientFields;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Grant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /api/apps} is asked to make a connection of: a refresh token that was got elsewhere, or our own client
 * acting for itself ({@code grant: client_credentials}).
 *
 * @param accessToken accepted for the sake of exports that hold both; the refresh that proves the import replaces it
 * @param expiresAt when that access token expires
 * @param fields what is particular to it at its provider, such as its shop
 * @param client the client that the grant was given to, where it is neither the account's own nor the operator's
 */
record NewConnection(
        @Nullable String provider,
        @Nullable String grant,
        @Nullable String refreshToken,
        @Nullable String accessToken,
        @Nullable Instant expiresAt,
        @Nullable List<String> scopes,
        @Nullable Map<String, String> fields,
        @Nullable Client client) {

    private static final int MAX_TOKEN = 16 * 1024;

    /** A client that comes with its grant. */
    record Client(@Nullable String id, @Nullable String secret) {

        ClientRegistration registration() {
            return new ClientRegistration(
                    ClientFields.id(id, "client.id"), Optional.of(ClientFields.secret(secret, "client.secret")));
        }

        /** Without the secret: a record prints its fields. */
        @Override
        public String toString() {
            return "Client[id=" + id + "]";
        }
    }

    /** @throws Problem {@code invalid_request} when there is no body */
    static NewConnection required(@Nullable NewConnection body) {
        if (body == null) {
            throw invalid("A JSON body is needed.");
        }
        return body;
    }

    String requiredProvider() {
        return required(provider, "provider");
    }

    List<String> requestedScopes() {
        List<String> requested = scopes == null ? List.of() : scopes;
        if (requested.stream().anyMatch(Objects::isNull)) {
            throw invalid("The field scopes has a null in it.");
        }
        return List.copyOf(requested);
    }

    /** How the tokens are got; an import is of a grant that a user gave. */
    Grant requiredGrant() {
        if (grant == null || grant.equals(Grant.AUTHORIZATION_CODE.wireName())) {
            return Grant.AUTHORIZATION_CODE;
        }
        if (grant.equals(Grant.CLIENT_CREDENTIALS.wireName())) {
            if (refreshToken != null || accessToken != null || expiresAt != null || client != null) {
                throw invalid("A two-legged connection takes provider, grant, scopes and fields only.");
            }
            return Grant.CLIENT_CREDENTIALS;
        }
        throw invalid("The field grant is authorization_code or client_credentials.");
    }

    String requiredRefreshToken() {
        String token = required(refreshToken, "refreshToken");
        // A token that was pasted with its line end would be refused by the provider, and perhaps burned.
        if (token.length() > MAX_TOKEN || !token.chars().allMatch(each -> each > ' ' && each < 0x7f)) {
            throw invalid("The field refreshToken has characters that no token has, or too many.");
        }
        return token;
    }

    /** Without the secrets: a record prints its fields. */
    @Override
    public String toString() {
        return "NewConnection[provider=" + provider + "]";
    }

    private static String required(@Nullable String value, String field) {
        if (value == null || value.isBlank()) {
            throw invalid("The field " + field + " is missing.");
        }
        return value;
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }
}
