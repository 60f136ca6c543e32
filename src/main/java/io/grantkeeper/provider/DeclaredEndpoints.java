package io.grantkeeper.provider;

import java.net.URI;
import java.util.Optional;

/**
 * What an entry says of a provider's endpoints. Where the authorization or the token URL is missing, the issuer's
 * discovery document fills the gaps.
 */
public record DeclaredEndpoints(
        Optional<URI> authorization,
        Optional<URI> token,
        Optional<URI> refresh,
        Optional<Revocation> revocation,
        Optional<URI> userinfo,
        Optional<String> issuer,
        boolean issuerInCallback) {

    /** The endpoints, where the entry alone suffices. */
    public Optional<Endpoints> complete() {
        return authorization.flatMap(authorizes -> token.map(
                issues -> new Endpoints(authorizes, issues, refresh, revocation, userinfo, issuer, issuerInCallback)));
    }

    /** What the entry says, and what it leaves open from elsewhere. */
    public Endpoints or(Endpoints discovered) {
        return new Endpoints(
                authorization.orElse(discovered.authorization()),
                token.orElse(discovered.token()),
                refresh,
                revocation.or(discovered::revocation),
                userinfo.or(discovered::userinfo),
                issuer.or(discovered::issuer),
                issuerInCallback || discovered.issuerInCallback());
    }
}
