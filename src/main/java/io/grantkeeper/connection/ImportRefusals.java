package io.grantkeeper.connection;

import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.time.Duration;
import java.util.Optional;

/** What whoever imports is told when the provider gave no token. */
public final class ImportRefusals {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private ImportRefusals() {}

    public static Problem of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> throw new IllegalArgumentException("nothing was refused");
            case Outcome.Dead dead -> rejected("The provider does not accept this grant.");
            case Outcome.Suspect suspect -> rejected("The provider refused, for a reason unknown here.");
            case Outcome.Misconfigured misconfigured ->
                rejected("The provider does not accept the client.").action(Action.CONTACT_OPERATOR);
            case Outcome.Transient passing -> unavailable(passing.retryAfter());
            case Outcome.Uncertain uncertain -> unavailable(Optional.empty());
        };
    }

    /** Nothing was stored, and the token is as good as before. */
    public static Problem unavailable(Optional<Duration> retryAfter) {
        return unavailable("The provider did not give a token just now; nothing was stored.", retryAfter);
    }

    /** The provider may have replaced the token; what it gives is kept, whoever waits for it. */
    public static Problem undecided(Optional<Duration> retryAfter) {
        return unavailable(
                "The provider has not answered yet. The import goes on: look for the connection before you try again.",
                retryAfter);
    }

    private static Problem unavailable(String description, Optional<Duration> retryAfter) {
        return Problem.of(ProblemCode.REFRESH_UNAVAILABLE, description).retryAfter(retryAfter.orElse(RETRY_AFTER));
    }

    private static Problem rejected(String description) {
        return Problem.of(ProblemCode.IMPORT_REJECTED, description);
    }
}
