package io.grantkeeper.oauth;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the answers of a provider's token endpoint depart from RFC 6749 §5.
 *
 * @param places where they have what they say, if not where the standard has it
 * @param tokenTypes what else than {@code Bearer} it calls its bearer tokens
 * @param outcomes what its answers mean
 * @param nonceReturned whether its ID tokens repeat the nonce of the request (OpenID Connect Core §2)
 * @param idTokenIssuer what {@code iss} of its ID tokens is, if not its issuer; <code>{…}</code> stands for a tenant
 * @param told what is kept of an answer besides its tokens
 * @param prefix what stands before the JSON of an answer, where something does
 */
public record Dialect(
        AnswerPlaces places,
        Set<String> tokenTypes,
        OutcomeTable outcomes,
        boolean nonceReturned,
        Optional<String> idTokenIssuer,
        Set<JsonPointer> told,
        Optional<String> prefix) {

    /** That of a provider which departs from nothing. */
    public static final Dialect STANDARD =
            new Dialect(AnswerPlaces.STANDARD, Set.of(), OutcomeTable.STANDARD, true, Optional.empty(), Set.of());

    /** That of a provider whose answers begin with nothing of its own. */
    public Dialect(
            AnswerPlaces places,
            Set<String> tokenTypes,
            OutcomeTable outcomes,
            boolean nonceReturned,
            Optional<String> idTokenIssuer,
            Set<JsonPointer> told) {
        this(places, tokenTypes, outcomes, nonceReturned, idTokenIssuer, told, Optional.empty());
    }

    public Dialect {
        tokenTypes = Set.copyOf(tokenTypes);
        told = Set.copyOf(told);
    }

    /** @param retryAfter what the answer's {@code Retry-After} header asks for, when it has one */
    public Outcome outcome(int status, String body, Optional<Duration> retryAfter) {
        return outcomes.outcome(TokenResponses.read(status, body, this), retryAfter);
    }

    /** Tokens of this dialect's own places in an answer that was another's. */
    public Optional<TokenSet> besides(int status, String body) {
        return TokenResponses.besides(status, body, this);
    }

    /** The answer without what stands before its JSON. */
    String unprefixed(String body) {
        return prefix.filter(body::startsWith)
                .map(text -> body.substring(text.length()))
                .orElse(body);
    }

    /** Whether a token of this type is used as RFC 6750 says; types are compared as RFC 6749 §5.1 wants it. */
    boolean isBearer(String tokenType) {
        return "bearer".equalsIgnoreCase(tokenType) || tokenTypes.stream().anyMatch(tokenType::equalsIgnoreCase);
    }
}
