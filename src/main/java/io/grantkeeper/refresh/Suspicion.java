package io.grantkeeper.refresh;

import io.grantkeeper.connection.Held;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import java.time.Duration;

/** When a refusal that nobody knows has lasted long enough to be taken for the end of the grant. */
final class Suspicion {

    /** So many in a row, over so long a time. */
    private static final int TIMES = 5;

    private static final Duration LASTING = Duration.ofHours(24);

    private Suspicion() {}

    /** The outcome, or the death that this one makes of those before it; what may be the operator's matter ends no grant. */
    static Outcome judge(Held held, Outcome outcome) {
        boolean lasting = outcome instanceof Suspect suspect
                && suspect.cause() == Suspect.Cause.UNKNOWN
                && held.isSuspectFor(TIMES - 1, LASTING);
        return lasting ? new Outcome.Dead(Reason.INVALID_GRANT) : outcome;
    }
}
