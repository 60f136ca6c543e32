package io.grantkeeper.oauth;

import io.grantkeeper.oauth.Outcome.Dead;
import io.grantkeeper.oauth.Outcome.Granted;
import io.grantkeeper.oauth.Outcome.Misconfigured;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.Outcome.Transient;
import io.grantkeeper.oauth.Outcome.Uncertain;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Sorts the answers of token endpoints; a living grant must never be called dead here. */
public final class Outcomes {

    private static final Set<String> DEAD = Set.of(
            "invalid_grant",
            "bad_refresh_token",
            "invalid_refresh_token",
            "refresh_token_expired",
            "token_revoked",
            "token_expired");
    private static final Set<String> RECONSENT = Set.of("interaction_required", "consent_required", "login_required");
    private static final Set<String> MISCONFIGURED = Set.of(
            "invalid_client",
            "unauthorized_client",
            "invalid_client_id",
            "bad_client_secret",
            "incorrect_client_credentials",
            "redirect_uri_mismatch",
            "invalid_request",
            "unsupported_grant_type");
    private static final Set<String> TRANSIENT =
            Set.of("temporarily_unavailable", "slow_down", "server_error", "ratelimited", "rate_limited");

    private Outcomes() {}

    /** @param retryAfter what the answer's {@code Retry-After} header asks for, when it has one */
    public static Outcome of(TokenResponse response, Optional<Duration> retryAfter) {
        return switch (response) {
            case TokenResponse.Granted granted -> new Granted(granted.tokens());
            case TokenResponse.Refused refused -> ofRefusal(refused, retryAfter);
            case TokenResponse.Unreadable unreadable -> ofStatus(unreadable.status(), retryAfter);
        };
    }

    private static Outcome ofRefusal(TokenResponse.Refused refused, Optional<Duration> retryAfter) {
        // An overloaded provider's words are not about the grant, whatever they are.
        if (isTransient(refused.status()) || TRANSIENT.contains(refused.error())) {
            return new Transient(retryAfter);
        }
        if (DEAD.contains(refused.error())) {
            return new Dead(Reason.INVALID_GRANT);
        }
        if (RECONSENT.contains(refused.error())) {
            return new Dead(Reason.RECONSENT);
        }
        return MISCONFIGURED.contains(refused.error()) ? new Misconfigured() : new Suspect();
    }

    private static Outcome ofStatus(int status, Optional<Duration> retryAfter) {
        if (status / 100 == 2) {
            return new Uncertain();
        }
        if (status / 100 == 3 || status == 404 || status == 410) {
            return new Misconfigured();
        }
        // A body without a code is a gateway's or a page of HTML: it does not speak for the authorization server.
        return new Transient(retryAfter);
    }

    private static boolean isTransient(int status) {
        return status == 408 || status == 425 || status == 429 || status >= 500;
    }
}
