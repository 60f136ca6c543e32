package io.grantkeeper.oauth;

import io.grantkeeper.oauth.Outcome.Dead;
import io.grantkeeper.oauth.Outcome.Misconfigured;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.Outcome.Transient;
import io.grantkeeper.oauth.Outcome.Uncertain;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a token endpoint's refusal can mean, in the words of {@code token_errors} of a provider's entry. */
public enum Meaning {
    /** The provider knows the grant no more. */
    DEAD,
    /** The provider wants the user to look at the grant again. */
    RECONSENT,
    /** Our client is not welcome as it is configured. */
    MISCONFIGURED,
    /** Perhaps our client's fault: so if other grants of it meet with the same. */
    MAYBE_MISCONFIGURED,
    /** It may work later. */
    TRANSIENT,
    /** The provider may have acted on the request all the same. */
    UNCERTAIN,
    /** Nobody here knows. */
    SUSPECT;

    /** The meaning of a word, which {@link #wireName} has written. */
    public static Meaning of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is the end of a grant. */
    public boolean isDeath() {
        return this == DEAD || this == RECONSENT;
    }

    /** @param retryAfter the wait that the answer asks for, when it does */
    public Outcome outcome(Optional<Duration> retryAfter) {
        return switch (this) {
            case DEAD -> new Dead(Reason.INVALID_GRANT);
            case RECONSENT -> new Dead(Reason.RECONSENT);
            case MISCONFIGURED -> new Misconfigured();
            case MAYBE_MISCONFIGURED -> new Suspect(Suspect.Cause.MAYBE_MISCONFIGURED);
            case TRANSIENT -> new Transient(retryAfter);
            case UNCERTAIN -> new Uncertain();
            case SUSPECT -> new Suspect(Suspect.Cause.UNKNOWN);
        };
    }
}
