package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Bound;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Secret;
import java.util.Optional;

/** What OpenID Connect adds to a flow in which the user is asked to sign in. */
final class OpenIdFlow {

    private static final String SCOPE = "openid";

    private OpenIdFlow() {}

    /** The nonce that the authorization request carries and the ID token must repeat, where there will be one. */
    static Optional<String> nonce(Attempt attempt, Provider provider, Secret verifier) {
        return attempt.scopes().contains(SCOPE) && provider.dialect().nonceReturned()
                ? Optional.of(IdToken.nonce(verifier))
                : Optional.empty();
    }

    static IdToken.Expected expected(Bound bound, Counterparty counterparty, Secret verifier) {
        return new IdToken.Expected(
                counterparty.endpoints().issuer(),
                bound.clientId(),
                nonce(bound.attempt(), counterparty.provider(), verifier));
    }
}
