package io.grantkeeper.oauth;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the answers of a provider's token endpoint depart from RFC 6749 §5.
 *
 * @param errorPlace where a refusal has its code, if not at {@code /error}
 * @param tokenTypes what else than {@code Bearer} it calls its bearer tokens
 * @param outcomes what its answers mean
 * @param nonceReturned whether its ID tokens repeat the nonce of the request (OpenID Connect Core §2)
 */
public record Dialect(
        Optional<JsonPointer> errorPlace, Set<String> tokenTypes, OutcomeTable outcomes, boolean nonceReturned) {

    /** That of a provider which departs from nothing. */
    public static final Dialect STANDARD = new Dialect(Optional.empty(), Set.of(), OutcomeTable.STANDARD, true);

    public Dialect {
        tokenTypes = Set.copyOf(tokenTypes);
    }

    /** @param retryAfter what the answer's {@code Retry-After} header asks for, when it has one */
    public Outcome outcome(int status, String body, Optional<Duration> retryAfter) {
        return outcomes.outcome(TokenResponses.read(status, body, this), retryAfter);
    }

    /** Whether a token of this type is used as RFC 6750 says; types are compared as RFC 6749 §5.1 wants it. */
    boolean isBearer(String tokenType) {
        return "bearer".equalsIgnoreCase(tokenType) || tokenTypes.stream().anyMatch(tokenType::equalsIgnoreCase);
    }
}
