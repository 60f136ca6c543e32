package io.grantkeeper.oauth;

import io.grantkeeper.secret.Secret;
import java.time.Duration;
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
 */
public record TokenSet(
        Secret accessToken,
        String tokenType,
        Optional<Duration> expiresIn,
        Optional<Secret> refreshToken,
        Optional<SequencedSet<String>> scopes,
        Optional<Secret> idToken) {

    /** The same tokens, with this refresh token where none came. */
    public TokenSet keeping(Secret present) {
        return new TokenSet(
                accessToken, tokenType, expiresIn, refreshToken.or(() -> Optional.of(present)), scopes, idToken);
    }

    /** The same tokens, their scopes under other names. */
    public TokenSet renamed(UnaryOperator<SequencedSet<String>> names) {
        return new TokenSet(accessToken, tokenType, expiresIn, refreshToken, scopes.map(names), idToken);
    }

    /** The same tokens, of which this is the lifetime where the provider did not tell it. */
    public TokenSet untoldLifetime(Optional<Duration> usual) {
        return new TokenSet(accessToken, tokenType, expiresIn.or(() -> usual), refreshToken, scopes, idToken);
    }

    /**
     * The same tokens some time after they were asked for.
     *
     * <p>{@code expires_in} counts from the moment the provider made the answer, which lies between request and
     * receipt. Counting from the request is never later than the truth.
     */
    public TokenSet aged(Duration sinceRequest) {
        Optional<Duration> left = expiresIn.map(lifetime -> lifetime.minus(sinceRequest));
        return new TokenSet(
                accessToken,
                tokenType,
                left.map(each -> each.isNegative() ? Duration.ZERO : each),
                refreshToken,
                scopes,
                idToken);
    }
}
