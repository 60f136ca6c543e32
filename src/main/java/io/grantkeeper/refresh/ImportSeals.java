package io.grantkeeper.refresh;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.connection.Import;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Seals and opens what imports hold; the token endpoint's origin is bound in, as in a credential. */
@ApplicationScoped
class ImportSeals {

    private static final String REFRESH = "sealed_refresh";
    private static final String SUCCESSOR = "sealed_successor";
    private static final String CLIENT_SECRET = "sealed_client_secret";

    private final Sealer sealer;
    private final Providers providers;

    ImportSeals(Sealer sealer, Providers providers) {
        this.sealer = sealer;
        this.providers = providers;
    }

    /** The first version of an import, under a lease that is to be taken with it. */
    PendingImport begun(Import wanted, UUID id) {
        String provider = wanted.counterparty().provider().id();
        Place place = new Place(id, wanted.account(), wanted.counterparty().provider(), wanted.fields());
        Optional<Secret> ownSecret =
                wanted.ownClient() ? wanted.counterparty().client().secret() : Optional.empty();
        return new PendingImport(
                id,
                wanted.account(),
                wanted.createdBy(),
                provider,
                wanted.fields(),
                wanted.scopes(),
                wanted.counterparty().client().id(),
                ownSecret.map(secret -> seal(secret, CLIENT_SECRET, place)).orElse(null),
                seal(wanted.refreshToken(), REFRESH, place),
                null,
                1,
                1,
                false,
                0);
    }

    /**
     * The same with the successor that its token got. Every column is sealed anew, so that {@code key_id} is true of the
     * whole row.
     *
     * @throws SealBroken when what is there does not open
     */
    PendingImport replaced(PendingImport pending, Secret successor) {
        Place place = place(pending);
        return pending.replaced(
                clientSecret(pending)
                        .map(secret -> seal(secret, CLIENT_SECRET, place))
                        .orElse(null),
                seal(brought(pending), REFRESH, place),
                seal(successor, SUCCESSOR, place));
    }

    /** @throws SealBroken when a token of it does not open */
    void requireOpen(PendingImport pending) {
        Secret unusedBrought = brought(pending);
        Secret unusedNewest = newest(pending);
    }

    /** @throws SealBroken when it does not open */
    Secret brought(PendingImport pending) {
        return sealer.unseal(pending.sealedRefresh(), context(REFRESH, place(pending)));
    }

    /**
     * The newest that is known: what was brought, or its successor.
     *
     * @throws SealBroken when it does not open
     */
    Secret newest(PendingImport pending) {
        return Optional.ofNullable(pending.sealedSuccessor())
                .map(stored -> sealer.unseal(stored, context(SUCCESSOR, place(pending))))
                .orElseGet(() -> brought(pending));
    }

    /**
     * Empty where the operator's client is meant.
     *
     * @throws SealBroken when it does not open
     */
    Optional<Secret> clientSecret(PendingImport pending) {
        return Optional.ofNullable(pending.sealedClientSecret())
                .map(stored -> sealer.unseal(stored, context(CLIENT_SECRET, place(pending))));
    }

    private byte[] seal(Secret secret, String column, Place place) {
        return sealer.seal(secret, context(column, place));
    }

    private Place place(PendingImport pending) {
        Provider provider = providers
                .find(pending.provider())
                .orElseThrow(() -> new SealBroken("the entry of provider " + pending.provider() + " is gone"));
        return new Place(pending.id(), pending.account(), provider, pending.fields());
    }

    private static SealContext context(String column, Place place) {
        return SealContext.of(
                "pending_import",
                column,
                place.id().toString(),
                place.account().value(),
                place.provider().id(),
                place.provider().tokenEndpointOrigin(place.fields()));
    }

    private record Place(UUID id, AccountId account, Provider provider, ConnectionFields fields) {}
}
