package io.grantkeeper.connection;

import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Finds the client of ours that a grant was given to.
 *
 * <p>A grant belongs to its client. Shown by another one it would be refused as invalid, which looks like the user's
 * revocation and is our mistake; so where the client is gone from the settings, the provider is not asked.
 */
@ApplicationScoped
public class GrantClients {

    private final Credentials credentials;
    private final Providers providers;
    private final ClientRegistrations registrations;
    private final Counterparties counterparties;

    GrantClients(
            Credentials credentials,
            Providers providers,
            ClientRegistrations registrations,
            Counterparties counterparties) {
        this.credentials = credentials;
        this.providers = providers;
        this.registrations = registrations;
        this.counterparties = counterparties;
    }

    /**
     * The provider and the client to talk to it about this grant; empty where the operator has taken one of them away.
     *
     * @return fails with {@link io.grantkeeper.provider.EgressFailure} when the provider cannot be located, and with
     *     {@link io.grantkeeper.secret.SealBroken} when the client's secret does not open
     */
    public Uni<Optional<Counterparty>> counterpartyOf(Held held) {
        return Uni.createFrom()
                .deferred(() -> reach(
                        held.connection().provider(),
                        held.connection().fields(),
                        held.clientId(),
                        () -> credentials.clientSecret(held)));
    }

    /** As the other, of a provider and a client that are no connection's. */
    public Uni<Optional<Counterparty>> reach(
            String providerId, ConnectionFields fields, String clientId, OwnSecret ownSecret) {
        Optional<Provider> provider = providers.find(providerId).map(known -> known.at(fields));
        Optional<ClientRegistration> client = provider.flatMap(known -> client(known, clientId, ownSecret));
        if (client.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return counterparties.reach(provider.orElseThrow(), client.get()).map(Optional::of);
    }

    private Optional<ClientRegistration> client(Provider provider, String clientId, OwnSecret ownSecret) {
        return ownSecret
                .open()
                .map(secret -> new ClientRegistration(clientId, Optional.of(secret)))
                .or(() -> registrations
                        .find(provider)
                        .filter(client -> client.id().equals(clientId)));
    }

    /** Opens the secret of a client that the account brought itself; empty where the operator's client is meant. */
    public interface OwnSecret {
        Optional<Secret> open();
    }
}
