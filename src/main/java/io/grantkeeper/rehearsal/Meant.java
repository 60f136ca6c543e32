package io.grantkeeper.rehearsal;

import io.grantkeeper.oauth.Outcome;

/** Outcomes in the words that entries have for them. */
final class Meant {

    private Meant() {}

    static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> "granted";
            case Outcome.Dead(Outcome.Reason reason) -> reason == Outcome.Reason.RECONSENT ? "reconsent" : "dead";
            case Outcome.Misconfigured misconfigured -> "misconfigured";
            case Outcome.Transient passing -> "transient";
            case Outcome.Uncertain uncertain -> "uncertain";
            case Outcome.Suspect(Outcome.Suspect.Cause cause) ->
                cause == Outcome.Suspect.Cause.UNKNOWN ? "suspect" : "maybe_misconfigured";
        };
    }
}
