package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.caller.Keyholder.KeyInForce;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The secrets of agents, sealed in their rows; each opens in its own row and column only. */
@Singleton
final class AgentSecrets {

    private static final int SECRET_BYTES = 32;
    private static final String SECRET = "sealed_secret";
    private static final String PREVIOUS = "sealed_previous";

    private final Sealer sealer;
    private final Randomness randomness;

    AgentSecrets(Sealer sealer, Randomness randomness) {
        this.sealer = sealer;
        this.randomness = randomness;
    }

    /** A new secret for an agent, which nobody sees a second time. */
    Secret issue(AgentRow row) {
        Secret secret = Secret.of(randomness.hex(SECRET_BYTES));
        sealSecret(row, secret);
        return secret;
    }

    /**
     * A new secret beside the one that the agent has, which goes on working until then.
     *
     * @throws Problem {@code invalid_request} when the agent has none
     */
    Secret rotate(AgentRow row, Instant until) {
        if (row.sealedSecret == null) {
            throw Problem.of(INVALID_REQUEST, "This agent has no secret here that could be rotated.");
        }
        row.sealedPrevious = sealer.seal(unseal(row, row.sealedSecret, SECRET), context(row, PREVIOUS));
        row.previousUntil = until;
        return issue(row);
    }

    /** Seals both secrets of an agent anew, under the primary key. */
    void reseal(AgentRow row) {
        if (row.sealedPrevious != null) {
            row.sealedPrevious = sealer.seal(unseal(row, row.sealedPrevious, PREVIOUS), context(row, PREVIOUS));
        }
        if (row.sealedSecret != null) {
            sealSecret(row, unseal(row, row.sealedSecret, SECRET));
        }
    }

    /** The agent with all keys that it may sign with. */
    Keyholder keyholder(AgentRow row) {
        List<KeyInForce> keys = new ArrayList<>();
        if (row.sealedSecret != null) {
            keys.add(KeyInForce.forGood(hmac(row, row.sealedSecret, SECRET)));
        }
        if (row.sealedPrevious != null && row.previousUntil != null) {
            keys.add(new KeyInForce(hmac(row, row.sealedPrevious, PREVIOUS), row.previousUntil));
        }
        if (row.publicKey != null) {
            Ed25519Key.of(row.publicKey).map(KeyInForce::forGood).ifPresent(keys::add);
        }
        return new Keyholder(row.agent(), List.copyOf(keys));
    }

    private HmacKey hmac(AgentRow row, byte[] sealed, String column) {
        return HmacKey.ofHex(unseal(row, sealed, column));
    }

    private void sealSecret(AgentRow row, Secret secret) {
        byte[] sealed = sealer.seal(secret, context(row, SECRET));
        row.sealedSecret = sealed;
        row.keyId = Sealer.keyIdOf(sealed);
    }

    private Secret unseal(AgentRow row, byte[] sealed, String column) {
        return sealer.unseal(sealed, context(row, column));
    }

    private static SealContext context(AgentRow row, String column) {
        return SealContext.of("agent", column, row.id, row.accountId);
    }
}
