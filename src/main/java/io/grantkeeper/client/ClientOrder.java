package io.grantkeeper.client;

import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.secret.Secret;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which of several clients of one id is meant: the one that came with the grant, the operator's present one, the account's
 * own, one that the operator had once.
 */
final class ClientOrder {

    private ClientOrder() {}

    /**
     * The client, as far as it can be told without a look at what is stored.
     *
     * @param brought the secret that is kept with the grant itself
     * @param configured the operator's present client: its secret is the one that counts, should it have been rotated
     */
    static Optional<ClientRegistration> atHand(
            String id, Optional<Secret> brought, Optional<ClientRegistration> configured) {
        return brought.map(secret -> new ClientRegistration(id, Optional.of(secret)))
                .or(() -> configured.filter(client -> client.id().equals(id)));
    }

    /** The one of these that counts before the others. */
    static Optional<StoredClient> first(Collection<StoredClient> namesakes) {
        return namesakes.stream().min(Comparator.comparing(StoredClient::isOperators));
    }

    /**
     * Whether a grant should move to another client than its own. Where nothing new can be begun there is none to move to.
     *
     * @param brought whether the secret of its client is kept with the grant itself
     * @param present the client that something new would be begun with
     */
    static boolean isOutOfDate(String id, boolean brought, Optional<String> present) {
        return !brought && present.filter(other -> !other.equals(id)).isPresent();
    }
}
