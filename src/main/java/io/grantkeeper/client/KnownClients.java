package io.grantkeeper.client;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Finds the client of ours that something was begun with, by its id. */
@ApplicationScoped
public class KnownClients {

    private final ClientRegistrations registrations;
    private final StoredClients stored;
    private final ClientSeals seals;

    KnownClients(ClientRegistrations registrations, StoredClients stored, ClientSeals seals) {
        this.registrations = registrations;
        this.stored = stored;
        this.seals = seals;
    }

    /**
     * The client of this id; empty where nobody here knows it. Nothing is read for the operator's present one.
     *
     * @param brought the secret that is kept with the grant itself, of a client that came with an import
     * @return fails with {@link io.grantkeeper.secret.SealBroken} when its secret does not open
     */
    public Uni<Optional<ClientRegistration>> find(
            String id, AccountId account, Provider provider, Optional<Secret> brought) {
        Optional<ClientRegistration> atHand = ClientOrder.atHand(id, brought, registrations.find(provider));
        return atHand.isPresent()
                ? Uni.createFrom().item(atHand)
                : stored.named(id, account, provider.id())
                        .map(namesakes -> ClientOrder.first(namesakes).map(seals::open));
    }
}
