package io.grantkeeper.caller;

import java.util.Optional;

/**
 * A caller, what it was known by, and the body that it signed.
 *
 * @param body the digest of the body that was signed; for {@link Proof#SIGNATURE} there is a body exactly if this is there
 */
public record ProvenCaller(Caller caller, Proof proof, Optional<ContentDigest> body) {

    static ProvenCaller by(Proof proof, Caller caller) {
        return new ProvenCaller(caller, proof, Optional.empty());
    }

    /** @throws io.grantkeeper.problem.Problem {@code unauthenticated} when this is not the body that was signed */
    public void requireSigned(byte[] received) {
        boolean signed = received.length == 0
                ? body.isEmpty()
                : body.filter(digest -> digest.matches(received)).isPresent();
        if (proof == Proof.SIGNATURE && !signed) {
            throw ContentDigest.wrong();
        }
    }
}
