package io.grantkeeper.refresh;

import io.grantkeeper.connection.Setback;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import java.time.Duration;
import java.util.Optional;

/** What becomes of an import when its provider has answered. */
sealed interface ImportVerdict {

    record Proven(TokenSet tokens) implements ImportVerdict {}

    /**
     * It is over, and whoever brought the token has what they had before.
     *
     * @param lost whether it is over because a successor of the token was lost
     */
    record Over(boolean lost) implements ImportVerdict {}

    /** Nobody but us may have a token that is worth something: it is tried again. */
    record Undecided(Setback setback, Optional<Duration> retryAfter) implements ImportVerdict {}

    static ImportVerdict of(PendingImport pending, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> new Proven(granted.tokens());
            case Outcome.Dead dead -> new Over(pending.uncertain() && dead.reason() == Reason.INVALID_GRANT);
            case Outcome.Uncertain uncertain -> new Undecided(Setback.UNCERTAIN, Optional.empty());
            case Outcome.Transient passing -> unlessAllThereIs(pending, Setback.TRANSIENT, passing.retryAfter());
            case Outcome.Suspect suspect -> unlessAllThereIs(pending, Setback.SUSPECT, Optional.empty());
            case Outcome.Misconfigured misconfigured ->
                unlessAllThereIs(pending, Setback.MISCONFIGURED, Optional.empty());
        };
    }

    private static ImportVerdict unlessAllThereIs(PendingImport pending, Setback setback, Optional<Duration> after) {
        return pending.isAllThereIs() ? new Undecided(setback, after) : new Over(false);
    }
}
