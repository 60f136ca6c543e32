package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Seals and opens what a credential's columns hold.
 *
 * <p>The token endpoint's origin is bound in: a refresh token whose provider was pointed elsewhere does not open, and
 * so is not sent there.
 */
@ApplicationScoped
class TokenSeals {

    enum Column {
        ACCESS("sealed_access"),
        REFRESH("sealed_refresh"),
        PREVIOUS("sealed_previous"),
        CLIENT_SECRET("sealed_client_secret");

        private final String sqlName;

        Column(String sqlName) {
            this.sqlName = sqlName;
        }
    }

    private final Sealer sealer;
    private final Providers providers;

    TokenSeals(Sealer sealer, Providers providers) {
        this.sealer = sealer;
        this.providers = providers;
    }

    byte[] seal(Secret secret, Column column, Connection connection) {
        return sealer.seal(secret, context(column, connection));
    }

    /** For the connection that a grant becomes. */
    byte[] seal(Secret secret, Column column, ConnectionId id, NewGrant grant) {
        return sealer.seal(secret, context(column, id, grant.account(), grant.provider(), grant.fields()));
    }

    /** @throws SealBroken when it does not open here, or the provider's entry is gone */
    Secret unseal(byte[] sealed, Column column, Connection connection) {
        return sealer.unseal(sealed, context(column, connection));
    }

    byte[] fingerprint(Secret refreshToken) {
        return sealer.fingerprint(refreshToken);
    }

    String keyId() {
        return sealer.primaryKeyId();
    }

    private SealContext context(Column column, Connection connection) {
        Provider provider = providers
                .find(connection.provider())
                .orElseThrow(() -> new SealBroken("the entry of provider " + connection.provider() + " is gone"));
        return context(column, connection.id(), connection.account(), provider, connection.fields());
    }

    private static SealContext context(
            Column column, ConnectionId id, AccountId account, Provider provider, ConnectionFields fields) {
        return SealContext.of(
                "credential",
                column.sqlName,
                id.toString(),
                account.value(),
                provider.id(),
                provider.tokenEndpointOrigin(fields));
    }
}
