package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.client.KnownClients;
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
 * revocation and is our mistake; so where nobody here knows that client any more, the provider is not asked.
 */
@ApplicationScoped
public class GrantClients {

    private final Credentials credentials;
    private final Providers providers;
    private final KnownClients clients;
    private final Counterparties counterparties;

    GrantClients(Credentials credentials, Providers providers, KnownClients clients, Counterparties counterparties) {
        this.credentials = credentials;
        this.providers = providers;
        this.clients = clients;
        this.counterparties = counterparties;
    }

    /**
     * The provider and the client to talk to it about this grant; empty where one of them is not here any more.
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
                        held.connection().account(),
                        () -> credentials.clientSecret(held)));
    }

    /** As the other, of a provider and a client that are no connection's. */
    public Uni<Optional<Counterparty>> reach(
            String providerId, ConnectionFields fields, String clientId, AccountId account, OwnSecret ownSecret) {
        return providers
                .find(providerId)
                .map(provider -> reach(provider.at(fields), clientId, account, ownSecret))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Optional<Counterparty>> reach(
            Provider provider, String clientId, AccountId account, OwnSecret ownSecret) {
        return clients.find(clientId, account, provider, ownSecret.open())
                .chain(found -> found.map(
                                client -> counterparties.reach(provider, client).map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    /** Opens the secret of a client that came with an import; empty where another client is meant. */
    public interface OwnSecret {
        Optional<Secret> open();
    }
}
