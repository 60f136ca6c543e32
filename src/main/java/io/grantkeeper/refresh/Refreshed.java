package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection.State;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.problem.Action;
import java.time.Duration;
import java.util.Optional;

/** How a refresh ended, for everybody who waited for it. */
public sealed interface Refreshed {

    /** There is a new access token, got by us or by somebody who was faster. */
    record Renewed(Held held) implements Refreshed {}

    /** The grant is dead. */
    record Dead(Reason reason) implements Refreshed {}

    /**
     * Not now; the grant lives as far as is known.
     *
     * @param inTurn whether the time to come again is the asker's own
     */
    record Unavailable(Action who, Optional<Duration> retryAfter, boolean inTurn) implements Refreshed {

        Unavailable(Action who, Optional<Duration> retryAfter) {
            this(who, retryAfter, false);
        }

        public static Unavailable forNow(Optional<Duration> retryAfter) {
            return new Unavailable(Action.WAIT, retryAfter);
        }

        static Unavailable untilOperatorActs() {
            return new Unavailable(Action.CONTACT_OPERATOR, Optional.empty());
        }
    }

    /** The connection was removed while it was refreshed. */
    record Gone() implements Refreshed {}

    /** What a setback means for who asks. */
    static Unavailable setBack(Setback setback, Duration retryIn) {
        Action who = setback == Setback.MISCONFIGURED ? Action.CONTACT_OPERATOR : Action.WAIT;
        return new Unavailable(who, Optional.of(retryIn));
    }

    /** The answer that is read from a row, other than the tokens of this version. */
    static Refreshed read(long seenVersion, Optional<Held> found) {
        return found.filter(held -> held.version() == seenVersion)
                .map(Held::connection)
                .map(connection -> connection.state() instanceof State.Failed failed ? failed : null)
                .<Refreshed>map(failed -> new Dead(failed.reason()))
                .orElseGet(() -> newer(found));
    }

    static Refreshed newer(Optional<Held> found) {
        return found.<Refreshed>map(Renewed::new).orElseGet(Gone::new);
    }
}
