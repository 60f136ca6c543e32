package io.grantkeeper.provider;

import java.time.Duration;

/**
 * How a provider without refresh tokens gives a longer access token for one that has not ended yet.
 *
 * @param notBefore how old a token has to be
 */
public record SelfRenewal(TokenQuery query, Duration notBefore) {

    /** How soon a token that nobody needs is to be renewed, since afterwards it cannot be. */
    Duration due(Duration lifetime) {
        Duration half = lifetime.dividedBy(2);
        return half.compareTo(notBefore) < 0 ? notBefore : half;
    }
}
