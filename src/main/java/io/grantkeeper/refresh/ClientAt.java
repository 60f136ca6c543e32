package io.grantkeeper.refresh;

import io.grantkeeper.connection.Held;

/** Our client at a provider: whose troubles are shared. */
record ClientAt(String provider, String clientId) {

    static ClientAt of(Held held) {
        return new ClientAt(held.connection().provider(), held.clientId());
    }
}
