package io.grantkeeper.oauth;

/** A token endpoint's answer, as a value: what it says is not a failure of ours. */
public sealed interface TokenResponse {

    /** The grant was honoured (RFC 6749 §5.1). */
    record Granted(TokenSet tokens) implements TokenResponse {}

    /**
     * An error that names itself (RFC 6749 §5.2), whatever the status it came with.
     *
     * @param error the code as the provider wrote it; never shown to callers, compared only
     * @param description what else it says, compared only; it may repeat what was sent, so it is in no text
     */
    record Refused(int status, String error, String description) implements TokenResponse {

        @Override
        public String toString() {
            return "Refused[status=" + status + ", error=" + error + "]";
        }
    }

    /** A status without a token or a code of an error in it: a gateway's page, a redirect, an empty body. */
    record Unreadable(int status) implements TokenResponse {}
}
