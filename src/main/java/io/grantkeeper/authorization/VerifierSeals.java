package io.grantkeeper.authorization;

import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;

/** Seals code verifiers while a browser is at the provider. */
@ApplicationScoped
class VerifierSeals {

    private final Sealer sealer;

    VerifierSeals(Sealer sealer) {
        this.sealer = sealer;
    }

    byte[] seal(Secret verifier, Attempt attempt, Provider provider) {
        return sealer.seal(verifier, context(attempt, provider));
    }

    /** @throws io.grantkeeper.secret.SealBroken when it was not sealed for this flow */
    Secret unseal(byte[] verifier, Attempt attempt, Provider provider) {
        return sealer.unseal(verifier, context(attempt, provider));
    }

    private static SealContext context(Attempt attempt, Provider provider) {
        return SealContext.of(
                "authorization_attempt",
                "sealed_verifier",
                attempt.id().toString(),
                attempt.account().value(),
                provider.id(),
                provider.tokenEndpointOrigin(attempt.fields()));
    }
}
