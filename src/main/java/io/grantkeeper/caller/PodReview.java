package io.grantkeeper.caller;

import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;

/** A second look at a token that proved a pod. */
@FunctionalInterface
interface PodReview {

    /** The signature is enough: a pod that is gone is believed until its token expires. */
    PodReview NONE = (token, pod) -> Uni.createFrom().voidItem();

    /**
     * Fails with a {@link io.grantkeeper.problem.Problem}: {@code unauthenticated} when the token proves nothing any more,
     * {@code unavailable} when that can't be found out.
     */
    Uni<Void> require(Secret token, PodIdentity pod);
}
