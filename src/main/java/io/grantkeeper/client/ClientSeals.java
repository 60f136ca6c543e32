package io.grantkeeper.client;

import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the secrets of stored clients.
 *
 * <p>The token endpoint's origin, as the provider's entry has it, is bound in: a secret whose provider was pointed
 * elsewhere does not open, and so is not sent there.
 */
@ApplicationScoped
class ClientSeals {

    private final Sealer sealer;
    private final Providers providers;

    ClientSeals(Sealer sealer, Providers providers) {
        this.sealer = sealer;
        this.providers = providers;
    }

    /** Null where there is nothing to seal: a public client. */
    byte @Nullable [] seal(String account, Provider provider, ClientRegistration client) {
        Provider entry = providers.find(provider.id()).orElse(provider);
        return client.secret()
                .map(secret -> sealer.seal(secret, context(account, entry, client.id())))
                .orElse(null);
    }

    /** @throws SealBroken when it does not open here, or the provider's entry is gone */
    ClientRegistration open(StoredClient stored) {
        return new ClientRegistration(stored.id(), secret(stored));
    }

    /**
     * The same under the primary key.
     *
     * @throws SealBroken when it does not open here, or the provider's entry is gone
     */
    byte @Nullable [] sealAnew(StoredClient stored) {
        return seal(stored.account(), entry(stored), open(stored));
    }

    private Optional<Secret> secret(StoredClient stored) {
        return Optional.ofNullable(stored.sealedSecret())
                .map(bytes -> sealer.unseal(bytes, context(stored.account(), entry(stored), stored.id())));
    }

    private Provider entry(StoredClient stored) {
        return providers
                .find(stored.provider())
                .orElseThrow(() -> new SealBroken("the entry of provider " + stored.provider() + " is gone"));
    }

    private static SealContext context(String account, Provider entry, String clientId) {
        return SealContext.of("client", "sealed_secret", account, entry.id(), clientId, entry.clientOrigin());
    }
}
