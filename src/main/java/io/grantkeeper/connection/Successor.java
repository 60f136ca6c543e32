package io.grantkeeper.connection;

import io.grantkeeper.oauth.TokenSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are to follow those that were seen: sealed for their row and not written yet. It can be written any
 * number of times; once is enough, and the others do nothing.
 *
 * @param lifetime of the access token, counted from when the answer was received; empty when it does not expire
 * @param refreshLifetime of the refresh token, counted in the same way; empty where it was not told
 */
public record Successor(
        Held seen,
        String tokenType,
        Optional<Duration> lifetime,
        Optional<Duration> refreshLifetime,
        Optional<SequencedSet<String>> scopes,
        byte[] sealedAccess,
        byte @Nullable [] sealedRefresh,
        byte @Nullable [] sealedPrevious,
        byte @Nullable [] fingerprint,
        byte @Nullable [] sealedClientSecret,
        String keyId,
        Optional<Duration> keepAlive) {

    static Successor of(
            Held seen,
            TokenSet tokens,
            byte[] sealedAccess,
            byte @Nullable [] sealedRefresh,
            byte @Nullable [] sealedPrevious,
            byte @Nullable [] fingerprint,
            byte @Nullable [] sealedClientSecret,
            String keyId,
            Optional<Duration> keepAlive) {
        return new Successor(
                seen,
                tokens.tokenType(),
                tokens.expiresIn(),
                tokens.refreshExpiresIn(),
                tokens.scopes(),
                sealedAccess,
                sealedRefresh,
                sealedPrevious,
                fingerprint,
                sealedClientSecret,
                keyId,
                keepAlive);
    }

    /** The same tokens, of which the scopes are those that were granted before. */
    public Successor withoutScopes() {
        return new Successor(
                seen,
                tokenType,
                lifetime,
                refreshLifetime,
                Optional.empty(),
                sealedAccess,
                sealedRefresh,
                sealedPrevious,
                fingerprint,
                sealedClientSecret,
                keyId,
                keepAlive);
    }

    /** What is left of the access token's lifetime some time after the answer was received. */
    Optional<Duration> lifetimeAfter(Duration sinceReceipt) {
        return left(lifetime, sinceReceipt);
    }

    /** What is left of the refresh token's, as far as it was told. */
    Optional<Duration> refreshLifetimeAfter(Duration sinceReceipt) {
        return left(refreshLifetime, sinceReceipt);
    }

    private static Optional<Duration> left(Optional<Duration> lifetime, Duration since) {
        return lifetime.map(each -> each.minus(since)).map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    /** The connection as it will be read once this is written; for answers that cannot wait for the database. */
    public Held held() {
        Instant received = seen.now();
        return held(seen.version() + 1, received, lifetime.map(received::plus), received);
    }

    Held held(long version, Instant obtained, Optional<Instant> expires, Instant now) {
        Credential credential = new Credential(
                seen.connection().id(),
                version,
                tokenType,
                sealedAccess,
                obtained,
                expires,
                Optional.of(obtained),
                sealedRefresh,
                seen.clientId(),
                sealedClientSecret,
                Progress.NONE);
        return new Held(seen.connection().renewed(scopes), credential, now);
    }

    @Override
    public String toString() {
        return "Successor[connection=" + seen.connection().id() + "]";
    }
}
