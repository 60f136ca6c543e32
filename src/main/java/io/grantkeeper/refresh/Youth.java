package io.grantkeeper.refresh;

import io.grantkeeper.connection.Held;
import io.grantkeeper.provider.Providers;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Access tokens that their provider would not renew yet, since they renew themselves and have not grown old enough. Nothing
 * is lost by that: they are answered as they are.
 */
@ApplicationScoped
class Youth {

    private final Providers providers;

    Youth(Providers providers) {
        this.providers = providers;
    }

    /** One that has ended is asked about all the same: then there is nothing to answer. */
    boolean keeps(Held held) {
        return held.isAlive()
                && providers.refreshOf(held.connection().provider()).isTooYoung(held.age());
    }
}
