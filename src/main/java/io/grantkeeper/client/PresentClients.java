package io.grantkeeper.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Knows the client that whatever is new on an account is begun with: the account's own, else the operator's. */
@ApplicationScoped
public class PresentClients {

    /** Settings may stand in files, which a list of connections is not to read again and again. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(5);

    private final Providers providers;
    private final ClientRegistrations registrations;
    private final StoredClients stored;
    private final ClientSeals seals;
    private final Cache<String, Optional<String>> configured =
            Caffeine.newBuilder().expireAfterWrite(GOOD_FOR).build();

    PresentClients(Providers providers, ClientRegistrations registrations, StoredClients stored, ClientSeals seals) {
        this.providers = providers;
        this.registrations = registrations;
        this.stored = stored;
        this.seals = seals;
    }

    /** The client to begin with; fails with {@code provider_not_configured} where there is none. */
    public Uni<ClientRegistration> require(AccountId account, Provider provider) {
        return stored.present(account, provider.id())
                .map(own -> own.map(seals::open).orElseGet(() -> registrations.require(provider)));
    }

    /**
     * Whether a grant was given to another client than the one that a new one would be given to.
     *
     * @param brought whether its client came with an import, and is nobody else's matter
     * @param own the id of the account's own client there, where it has one
     */
    public boolean differs(String provider, String clientId, boolean brought, Optional<String> own) {
        return ClientOrder.isOutOfDate(clientId, brought, own.or(() -> configured.get(provider, this::operators)));
    }

    private Optional<String> operators(String provider) {
        return providers.find(provider).flatMap(registrations::find).map(ClientRegistration::id);
    }
}
