package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.problem.Problem;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who a pod runs as, in which cluster. */
record KubernetesIdentity(
        @Nullable String cluster,
        @Nullable String namespace,
        @Nullable String serviceAccount) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    /** @throws Problem {@code invalid_request} when a part is missing or no name */
    KubernetesIdentity complete() {
        if (!Stream.of(cluster, namespace, serviceAccount).allMatch(KubernetesIdentity::isName)) {
            throw Problem.of(INVALID_REQUEST, "kubernetes has a cluster, a namespace and a serviceAccount.");
        }
        return this;
    }

    private static boolean isName(@Nullable String name) {
        return name != null && NAME.matcher(name).matches();
    }
}
