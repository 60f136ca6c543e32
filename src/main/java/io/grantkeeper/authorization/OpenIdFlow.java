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

    /** Whether the authorization request carries a nonce, which the ID token must repeat then. */
    static boolean isNonced(Attempt attempt, Provider provider) {
        return attempt.scopes().contains(SCOPE) && provider.dialect().nonceReturned();
    }

    static Optional<String> nonce(Bound bound, Secret verifier) {
        return bound.nonced() ? Optional.of(IdToken.nonce(verifier)) : Optional.empty();
    }

    static IdToken.Expected expected(Bound bound, Counterparty counterparty, Secret verifier) {
        return new IdToken.Expected(
                counterparty.provider().dialect().idTokenIssuer().or(counterparty.endpoints()::issuer),
                bound.clientId(),
                nonce(bound, verifier));
    }
}
