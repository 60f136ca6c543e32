package io.grantkeeper.refresh;

import io.grantkeeper.problem.Action;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import java.time.Duration;
import java.util.Optional;

/** Why a refresh may not ask its provider now, and when it is worth coming again. */
record Refusal(Reason reason, Action who, Duration retryAfter) {

    /** What stood in the way. */
    enum Reason {
        BREAKER,
        BULKHEAD,
        RAMP
    }

    /** The provider has as many calls as it gets, or as many as it is given after an outage. */
    static Refusal busy(Reason reason, Duration retryAfter) {
        return new Refusal(reason, Action.WAIT, retryAfter);
    }

    Unavailable answer() {
        return new Unavailable(who, Optional.of(retryAfter), reason == Reason.RAMP);
    }
}
