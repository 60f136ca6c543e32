package io.grantkeeper.oauth;

import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.UnaryOperator;

/**
 * What a successful token response gave (RFC 6749 §5.1).
 *
 * @param expiresIn the access token's lifetime, empty when the provider did not tell
 * @param refreshToken empty when none came: on a refresh the old one stays valid then (RFC 6749 §6)
 * @param scopes what was granted, empty when the answer does not say: then it is what was asked for
 * @param idToken the ID token of OpenID Connect, where one came
 * @param expiresAt the time of the access token's end, which some providers tell instead of its lifetime
 * @param told what else of the answer is kept
 */
public record TokenSet(
        Secret accessToken,
        String tokenType,
        Optional<Duration> expiresIn,
        Optional<Secret> refreshToken,
        Optional<SequencedSet<String>> scopes,
        Optional<Secret> idToken,
        Optional<Instant> expiresAt,
        Told told) {

    /** Those of an answer that tells nothing but what the standard has. */
    public TokenSet(
            Secret accessToken,
            String tokenType,
            Optional<Duration> expiresIn,
            Optional<Secret> refreshToken,
            Optional<SequencedSet<String>> scopes,
            Optional<Secret> idToken) {
        this(accessToken, tokenType, expiresIn, refreshToken, scopes, idToken, Optional.empty(), Told.NOTHING);
    }

    /** The same tokens, with this refresh token where none came. */
    public TokenSet keeping(Secret present) {
        return new TokenSet(
                accessToken,
                tokenType,
                expiresIn,
                refreshToken.or(() -> Optional.of(present)),
                scopes,
                idToken,
                expiresAt,
                told);
    }

    /** The same tokens, of which the access token itself is what another is had for. */
    public TokenSet renewingThemselves() {
        return new TokenSet(
                accessToken, tokenType, expiresIn, Optional.of(accessToken), scopes, idToken, expiresAt, told);
    }

    /** What was had for these tokens at once; what else their answer told stays true. */
    public TokenSet upgradedTo(TokenSet longer) {
        return new TokenSet(
                longer.accessToken,
                longer.tokenType,
                longer.expiresIn,
                longer.refreshToken.or(() -> refreshToken),
                longer.scopes.or(() -> scopes),
                idToken,
                longer.expiresAt,
                told);
    }

    /** The same tokens, their scopes under other names. */
    public TokenSet renamed(UnaryOperator<SequencedSet<String>> names) {
        return new TokenSet(
                accessToken, tokenType, expiresIn, refreshToken, scopes.map(names), idToken, expiresAt, told);
    }

    /** The same tokens, of which this is the lifetime where the provider did not tell it. */
    public TokenSet untoldLifetime(Optional<Duration> usual) {
        return living(expiresIn.or(() -> usual));
    }

    /**
     * The same tokens, their lifetime counted from this moment where only its end was told.
     *
     * <p>An end that is past or less than a second away is taken for "not told", as such a lifetime is: it speaks of two
     * clocks, and taken at its word it would ask for a refresh at every call.
     */
    public TokenSet countedFrom(Instant now) {
        Optional<Duration> left = expiresAt
                .map(end -> Duration.between(now, end))
                .filter(lifetime -> lifetime.toSeconds() >= 1)
                .map(lifetime ->
                        lifetime.compareTo(TokenResponses.MAX_LIFETIME) < 0 ? lifetime : TokenResponses.MAX_LIFETIME);
        return living(expiresIn.or(() -> left));
    }

    /**
     * The same tokens some time after they were asked for.
     *
     * <p>{@code expires_in} counts from the moment the provider made the answer, which lies between request and
     * receipt. Counting from the request is never later than the truth.
     */
    public TokenSet aged(Duration sinceRequest) {
        Optional<Duration> left = expiresIn.map(lifetime -> lifetime.minus(sinceRequest));
        return living(left.map(each -> each.isNegative() ? Duration.ZERO : each));
    }

    private TokenSet living(Optional<Duration> lifetime) {
        return new TokenSet(accessToken, tokenType, lifetime, refreshToken, scopes, idToken, expiresAt, told);
    }
}
