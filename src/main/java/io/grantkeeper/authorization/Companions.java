package io.grantkeeper.authorization;

import io.grantkeeper.client.KnownClients;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.SealBroken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Finds the provider that has tokens of its own in another one's answers. Both have to be one to whom tokens are shown: the
 * same token endpoint, and the same client there.
 */
@ApplicationScoped
class Companions {

    private static final Logger LOG = Logger.getLogger(Companions.class);

    private final Providers providers;
    private final KnownClients clients;
    private final Counterparties counterparties;

    Companions(Providers providers, KnownClients clients, Counterparties counterparties) {
        this.providers = providers;
        this.clients = clients;
        this.counterparties = counterparties;
    }

    /** Empty also where it cannot be located. */
    Uni<Optional<Counterparty>> of(Counterparty other, Attempt attempt) {
        return other.provider()
                .also()
                .flatMap(providers::find)
                .map(companion -> Uni.createFrom()
                        .deferred(() -> reached(companion, other, attempt))
                        .onFailure(failure -> failure instanceof EgressFailure || failure instanceof SealBroken)
                        .recoverWithUni(failure -> without(companion, failure)))
                .orElseGet(Companions::none);
    }

    private Uni<Optional<Counterparty>> reached(Provider companion, Counterparty other, Attempt attempt) {
        return clients.find(other.client().id(), attempt.account(), companion, Optional.empty())
                .chain(found -> found.filter(other.client()::equals)
                        .map(client -> reached(companion, client, attempt))
                        .orElseGet(Companions::none))
                .map(reached -> reached.filter(other::sharesItsTokenEndpoint));
    }

    private Uni<Optional<Counterparty>> reached(Provider companion, ClientRegistration client, Attempt attempt) {
        return counterparties
                .reach(companion.at(companion.given(attempt.fields())), client)
                .map(Optional::of);
    }

    /** The connection that was asked for is not given up for the other one. */
    private static Uni<Optional<Counterparty>> without(Provider companion, Throwable failure) {
        LOG.warnf(
                "companion left out provider=%s cause=%s",
                companion.id(), failure.getClass().getSimpleName());
        return none();
    }

    private static Uni<Optional<Counterparty>> none() {
        return Uni.createFrom().item(Optional.empty());
    }
}
