package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.Held;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;

/**
 * Our client at a provider: whose troubles are shared.
 *
 * @param place which of the provider's servers, where there is one for each connection: one customer's trouble is not
 *     another's. Empty elsewhere
 */
record ClientAt(String provider, String place, String clientId) {

    ClientAt(String provider, String clientId) {
        this(provider, "", clientId);
    }

    static ClientAt of(Held held, Providers providers) {
        Connection connection = held.connection();
        boolean manifold = providers
                .find(connection.provider())
                .filter(Provider::isManifold)
                .isPresent();
        return new ClientAt(connection.provider(), manifold ? connection.issuer() : "", held.clientId());
    }

    /** As {@link #key} has it; no provider's id has a space. */
    static ClientAt read(String key, String clientId) {
        String[] parts = key.split(" ", 2);
        return new ClientAt(parts[0], parts.length == 1 ? "" : parts[1], clientId);
    }

    /** The provider and the place, for a column. */
    String key() {
        return place.isEmpty() ? provider : provider + " " + place;
    }
}
