package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Held;
import io.grantkeeper.provider.Providers;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Refresh tokens that are good for one use, as far as is known: a provider may take an old one for stolen, and end the
 * whole grant. So it has to be the newest, and a copy of the database may not have that.
 *
 * <p>A grace helps for minutes; a backup is older.
 */
@ApplicationScoped
class SingleUse {

    private final Providers providers;

    SingleUse(Providers providers) {
        this.providers = providers;
    }

    boolean is(Held held) {
        return held.connection().grant() != GrantType.CLIENT_CREDENTIALS
                && providers.refreshOf(held.connection().provider()).rotates();
    }
}
