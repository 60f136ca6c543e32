package io.grantkeeper.provider;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds out where a provider is to be reached. */
@ApplicationScoped
public class Counterparties {

    private final Discovery discovery;
    private final ClientRegistrations registrations;

    Counterparties(Discovery discovery, ClientRegistrations registrations) {
        this.discovery = discovery;
        this.registrations = registrations;
    }

    /** Fails with {@link EgressFailure} when the provider's discovery document cannot be had or believed. */
    public Uni<Counterparty> reach(Provider provider, ClientRegistration client) {
        return discovery
                .endpoints(provider)
                .map(endpoints ->
                        new Counterparty(provider, endpoints, client, () -> registrations.redirectUri(provider)));
    }
}
