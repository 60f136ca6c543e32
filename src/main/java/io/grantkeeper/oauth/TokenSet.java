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
 * @param refreshLifetime how long the refresh token lives, whether or not this answer brought one
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
        Lifetime refreshLifetime,
        Told told) {

    /** Those of an answer that tells nothing but what the standard has. */
    public TokenSet(
            Secret accessToken,
            String tokenType,
            Optional<Duration> expiresIn,
            Optional<Secret> refreshToken,
            Optional<SequencedSet<String>> scopes,
            Optional<Secret> idToken) {
        this(
                accessToken,
                tokenType,
                expiresIn,
                refreshToken,
                scopes,
                idToken,
                Optional.empty(),
                Lifetime.UNTOLD,
                Told.NOTHING);
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
                refreshLifetime,
                told);
    }

    /** The same tokens, of which the access token itself is what another is had for. */
    public TokenSet renewingThemselves() {
        return new TokenSet(
                accessToken,
                tokenType,
                expiresIn,
                Optional.of(accessToken),
                scopes,
                idToken,
                expiresAt,
                refreshLifetime,
                told);
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
                refreshLifetime,
                told);
    }

    /** The same tokens, their scopes under other names. */
    public TokenSet renamed(UnaryOperator<SequencedSet<String>> names) {
        return new TokenSet(
                accessToken,
                tokenType,
                expiresIn,
                refreshToken,
                scopes.map(names),
                idToken,
                expiresAt,
                refreshLifetime,
                told);
    }

    /** The same tokens, of which this is the lifetime where the provider did not tell it. */
    public TokenSet untoldLifetime(Optional<Duration> usual) {
        return living(new Lifetime(expiresIn.or(() -> usual), expiresAt), refreshLifetime);
    }

    /** The same tokens, their lifetimes counted from this moment where only the end was told. */
    public TokenSet countedFrom(Instant now) {
        return living(lifetime().countedFrom(now), refreshLifetime.countedFrom(now));
    }

    /**
     * The same tokens some time after they were asked for.
     *
     * <p>{@code expires_in} counts from the moment the provider made the answer, which lies between request and
     * receipt. Counting from the request is never later than the truth.
     */
    public TokenSet aged(Duration sinceRequest) {
        return living(lifetime().aged(sinceRequest), refreshLifetime.aged(sinceRequest));
    }

    /** How long the refresh token lives; empty where the provider did not tell. */
    public Optional<Duration> refreshExpiresIn() {
        return refreshLifetime.length();
    }

    private Lifetime lifetime() {
        return new Lifetime(expiresIn, expiresAt);
    }

    private TokenSet living(Lifetime access, Lifetime refresh) {
        return new TokenSet(
                accessToken, tokenType, access.length(), refreshToken, scopes, idToken, expiresAt, refresh, told);
    }
}
