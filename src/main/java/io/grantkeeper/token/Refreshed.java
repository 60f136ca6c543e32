package io.grantkeeper.token;

import io.grantkeeper.connection.Held;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.problem.Action;
import java.time.Duration;
import java.util.Optional;

/** How a refresh ended, for everybody who waited for it. */
sealed interface Refreshed {

    /** There is a new access token, got by us or by somebody who was faster. */
    record Renewed(Held held) implements Refreshed {}

    /** The grant is dead. */
    record Dead(Reason reason) implements Refreshed {}

    /** Not now; the grant lives as far as is known. */
    record Unavailable(Action who, Optional<Duration> retryAfter) implements Refreshed {

        static Unavailable forNow(Optional<Duration> retryAfter) {
            return new Unavailable(Action.WAIT, retryAfter);
        }

        static Unavailable untilOperatorActs() {
            return new Unavailable(Action.CONTACT_OPERATOR, Optional.empty());
        }
    }

    /** The connection was removed while it was refreshed. */
    record Gone() implements Refreshed {}
}
