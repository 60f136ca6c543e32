package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKeySet;

/**
 * Which tokens of a cluster prove a pod, and which pod that is.
 *
 * <p>Only a token that was made for us and is bound to a living pod does: one with the API server's audience is carried
 * by every container and may be extended to a year, and a secret's token names no pod and never expires.
 */
record PodTokenRules(String cluster, String issuer, String audience) {

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final String KUBERNETES = "kubernetes.io";

    /** @throws Problem {@code unauthenticated} for any token that does not prove a pod of this cluster, here and now */
    PodIdentity pod(IssuedToken token, JsonWebKeySet keys, Instant now) {
        VerifiedToken verified = token.verified(keys, issuer, now)
                .orElseThrow(() -> refused("is not signed by cluster " + cluster + ", or has expired"));
        require(verified.claims().texts("aud").contains(audience), "was not made for the audience " + audience);
        require(!verified.expiresAt().isAfter(now.plus(LONGEST)), "expires more than 24 hours from now");
        return pod(verified.claims());
    }

    private PodIdentity pod(Claims claims) {
        PodIdentity pod = new PodIdentity(
                new KubernetesIdentity(
                        cluster, kubernetes(claims, "namespace"), kubernetes(claims, "serviceaccount", "name")),
                kubernetes(claims, "serviceaccount", "uid"),
                kubernetes(claims, "pod", "name"),
                kubernetes(claims, "pod", "uid"));
        require(!pod.pod().isEmpty() && !pod.podUid().isEmpty(), "is not bound to a pod");
        require(!pod.serviceAccountUid().isEmpty(), "names no service account");
        require(claims.text("sub").equals(pod.userName()), "says two things of its service account");
        return pod;
    }

    private static String kubernetes(Claims claims, String... path) {
        return claims.text(Stream.concat(Stream.of(KUBERNETES), Stream.of(path)).toList());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw refused(otherwise);
        }
    }

    private static Problem refused(String why) {
        return Problem.of(UNAUTHENTICATED, "The service-account token " + why + ".");
    }
}
