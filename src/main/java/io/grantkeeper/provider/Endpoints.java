package io.grantkeeper.provider;

import java.net.URI;
import java.util.Optional;

/**
 * Where a provider is asked, complete, whether its entry or its discovery document told it.
 *
 * @param refresh where tokens are refreshed, if not where codes are exchanged
 * @param revocation absent where a grant cannot be ended at the provider
 * @param issuer the identifier that {@code iss} of a callback must equal, character for character
 * @param issuerInCallback whether every callback carries {@code iss} (RFC 9207), so that one without is refused
 */
public record Endpoints(
        URI authorization,
        URI token,
        Optional<URI> refresh,
        Optional<Revocation> revocation,
        Optional<URI> userinfo,
        Optional<String> issuer,
        boolean issuerInCallback) {}
