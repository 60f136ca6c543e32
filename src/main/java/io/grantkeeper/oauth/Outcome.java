package io.grantkeeper.oauth;

import java.time.Duration;
import java.util.Optional;

/** What a call of a token endpoint means for the grant: failures sorted by who must act. */
public sealed interface Outcome {

    /** @param besides tokens of another provider's in the same answer, where one was said to have some there */
    record Granted(TokenSet tokens, Optional<TokenSet> besides) implements Outcome {

        public Granted(TokenSet tokens) {
            this(tokens, Optional.empty());
        }
    }

    /** The user must consent again: the grant is gone. */
    record Dead(Reason reason) implements Outcome {}

    /** The operator must act: this client is not welcome as it is configured. The grant lives. */
    record Misconfigured() implements Outcome {}

    /** Nobody must act: it may work later. The grant lives. */
    record Transient(Optional<Duration> retryAfter) implements Outcome {}

    /** The provider may or may not have honoured the grant: its answer did not arrive or cannot be read. */
    record Uncertain() implements Outcome {}

    /** A refusal that nobody here knows. The grant lives until that has lasted. */
    record Suspect(Cause cause) implements Outcome {

        /** What an unknown refusal may turn out to be. */
        public enum Cause {
            /** Nothing known; the grant's own matter, if it lasts. */
            UNKNOWN,
            /** The operator's matter, if other grants of the same client meet with it too. */
            MAYBE_MISCONFIGURED
        }
    }

    /** Why a grant is dead, in words that stay: callers see them as {@code reason}. */
    enum Reason {
        /** The provider knows the refresh token no more: revoked, expired or replaced. */
        INVALID_GRANT("invalid_grant"),
        /** The provider wants the user to look at it again. */
        RECONSENT("reconsent"),
        /**
         * The provider replaced the refresh token, and the new one was lost with the process that had asked. Not the user's
         * doing.
         */
        INTERRUPTED("interrupted"),
        /** The access token has expired and the provider gave nothing to refresh it with. */
        NO_REFRESH_TOKEN("no_refresh_token");

        private final String wireName;

        Reason(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        /** The reason of a stored wire name; an unknown one, written by a newer version, reads as the general one. */
        public static Reason of(String wireName) {
            for (Reason reason : values()) {
                if (reason.wireName.equals(wireName)) {
                    return reason;
                }
            }
            return INVALID_GRANT;
        }
    }
}
