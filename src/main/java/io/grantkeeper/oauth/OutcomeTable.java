package io.grantkeeper.oauth;

import static io.grantkeeper.oauth.Meaning.DEAD;
import static io.grantkeeper.oauth.Meaning.MAYBE_MISCONFIGURED;
import static io.grantkeeper.oauth.Meaning.MISCONFIGURED;
import static io.grantkeeper.oauth.Meaning.RECONSENT;
import static io.grantkeeper.oauth.Meaning.SUSPECT;
import static io.grantkeeper.oauth.Meaning.TRANSIENT;
import static io.grantkeeper.oauth.Meaning.UNCERTAIN;
import static java.util.Map.entry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a token endpoint's answers mean: what every provider means by them, and a provider's own rules laid over that. A
 * living grant must never be called dead here.
 *
 * @param rules the provider's own; the first that fits counts
 */
public record OutcomeTable(List<OutcomeRule> rules) {

    /** That of a provider which departs from nothing. */
    public static final OutcomeTable STANDARD = new OutcomeTable(List.of());

    private static final Map<String, Meaning> CODES = Map.ofEntries(
            // RFC 6749 §5.2
            entry("invalid_grant", DEAD),
            entry("invalid_client", MISCONFIGURED),
            entry("unauthorized_client", MISCONFIGURED),
            // One grant's token may be what is wrong with a request, so these speak of the client only in company.
            entry("invalid_request", MAYBE_MISCONFIGURED),
            entry("unsupported_grant_type", MAYBE_MISCONFIGURED),
            // RFC 6749 §4.1.2.1, which token endpoints answer as well, and RFC 8628 §3.5
            entry("temporarily_unavailable", TRANSIENT),
            entry("server_error", TRANSIENT),
            entry("slow_down", TRANSIENT),
            // OpenID Connect Core §3.1.2.6
            entry("interaction_required", RECONSENT),
            entry("consent_required", RECONSENT),
            entry("login_required", RECONSENT),
            // GitHub
            entry("bad_refresh_token", DEAD),
            entry("incorrect_client_credentials", MISCONFIGURED),
            entry("redirect_uri_mismatch", MISCONFIGURED),
            // Slack
            entry("invalid_refresh_token", DEAD),
            entry("token_revoked", DEAD),
            entry("token_expired", DEAD),
            entry("invalid_client_id", MISCONFIGURED),
            entry("bad_client_secret", MISCONFIGURED),
            entry("ratelimited", TRANSIENT),
            // seen at several
            entry("refresh_token_expired", DEAD),
            entry("rate_limited", TRANSIENT));

    /** What a status means that comes with no code, or with one that nobody knows: there is no token endpoint. */
    private static final Map<Integer, Meaning> STATUSES =
            Map.of(404, MAYBE_MISCONFIGURED, 405, MAYBE_MISCONFIGURED, 410, MAYBE_MISCONFIGURED);

    /**
     * What a status means that comes with no code. A 401 is the refusal of a client's authentication, of which RFC 6749
     * §5.2 knows one kind alone; without that kind's name it may be a gateway's.
     */
    private static final Map<Integer, Meaning> STATUSES_WITHOUT_CODE = Map.of(401, MAYBE_MISCONFIGURED);

    public OutcomeTable {
        rules = List.copyOf(rules);
    }

    /** What everybody means by a code, if that is known. */
    public static Optional<Meaning> standard(String code) {
        return Optional.ofNullable(CODES.get(code));
    }

    /**
     * Whether an answer of this status is the token endpoint's own word. An overloaded server's is not, whatever it
     * says, nor is a redirect: no rule is asked about them.
     */
    public static boolean isSpokenWith(int status) {
        return ofStatusAlone(status).isEmpty();
    }

    /** @param retryAfter what the answer's {@code Retry-After} header asks for, when it has one */
    public Outcome outcome(TokenResponse response, Optional<Duration> retryAfter) {
        return switch (response) {
            case TokenResponse.Granted granted -> new Outcome.Granted(granted.tokens());
            case TokenResponse.Refused refused -> meaning(refused).outcome(retryAfter);
            case TokenResponse.Unreadable unreadable -> meaning(unreadable).outcome(retryAfter);
        };
    }

    private Meaning meaning(TokenResponse.Refused refused) {
        return ofStatusAlone(refused.status())
                .or(() -> ofRules(refused.status(), refused.error(), refused.description()))
                .or(() -> standard(refused.error()))
                .or(() -> Optional.ofNullable(STATUSES.get(refused.status())))
                .orElse(SUSPECT);
    }

    private Meaning meaning(TokenResponse.Unreadable unreadable) {
        int status = unreadable.status();
        if (status / 100 == 2) {
            return UNCERTAIN;
        }
        return ofStatusAlone(status)
                .or(() -> ofRules(status, "", ""))
                .or(() -> Optional.ofNullable(STATUSES.get(status)))
                .or(() -> Optional.ofNullable(STATUSES_WITHOUT_CODE.get(status)))
                // A body without a code is a gateway's or a page of HTML: it does not speak for the grant.
                .orElse(TRANSIENT);
    }

    private static Optional<Meaning> ofStatusAlone(int status) {
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return Optional.of(TRANSIENT);
        }
        return status / 100 == 2 || status / 100 == 4 ? Optional.empty() : Optional.of(MAYBE_MISCONFIGURED);
    }

    private Optional<Meaning> ofRules(int status, String error, String description) {
        return rules.stream()
                .filter(rule -> rule.fits(status, error, description))
                .map(OutcomeRule::meaning)
                .findFirst();
    }
}
