package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.problem.Problem;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key as JSON (RFC 8037 §2).
 *
 * @param x the key, 32 bytes in base64url
 * @param kid allowed, without a meaning here: an agent's keyid is its id
 */
record PublicJwk(
        @Nullable String kty,
        @Nullable String crv,
        @Nullable String x,
        @Nullable String kid,
        @Nullable String use,
        @Nullable String alg) {

    private static final String TYPE = "OKP";
    private static final String CURVE = "Ed25519";

    static PublicJwk of(byte[] key) {
        return new PublicJwk(
                TYPE, CURVE, Base64.getUrlEncoder().withoutPadding().encodeToString(key), null, null, null);
    }

    /** @throws Problem {@code invalid_request} when it is none */
    byte[] key() {
        return Optional.ofNullable(x)
                .filter(any -> TYPE.equals(kty) && CURVE.equals(crv))
                .flatMap(PublicJwk::decoded)
                .filter(key -> Ed25519Key.of(key).isPresent())
                .orElseThrow(() -> Problem.of(INVALID_REQUEST, "publicKey is not an Ed25519 public key as a JWK."));
    }

    private static Optional<byte[]> decoded(String base64Url) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(base64Url));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
