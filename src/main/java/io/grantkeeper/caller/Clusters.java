package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.FORBIDDEN;
import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Kubernetes clusters that the operator named. */
@Singleton
final class Clusters {

    private final Map<String, Cluster> byId = new TreeMap<>();

    Clusters(ClustersConfig config, Vertx vertx, InstantSource clock) {
        config.byId().forEach((id, cluster) -> byId.put(id, Cluster.of(id, cluster, vertx, clock)));
    }

    /** Whether a token claims to be of one of them. */
    boolean issue(IssuedToken token) {
        return !issuersOf(token).isEmpty();
    }

    /** The pod that a token proves; fails with {@code unauthenticated} when it proves none. */
    Uni<PodIdentity> prove(IssuedToken token) {
        return prove(token, issuersOf(token));
    }

    /**
     * Whether this user may make an agent of that service account: whoever holds one may be in another namespace's team,
     * so it is the operator's to give away, at once or by namespace.
     *
     * @throws Problem {@code invalid_request} for a cluster that is not known; {@code forbidden} when the user may not
     */
    void requireRegistrable(KubernetesIdentity identity, AccountId account, User by) {
        Cluster cluster = byId.get(identity.cluster());
        if (cluster == null) {
            throw Problem.of(INVALID_REQUEST, "This is no cluster that the operator configured.");
        }
        if (!by.operator() && !cluster.gives(identity, account)) {
            throw Problem.of(
                    FORBIDDEN, "A service account is registered by an operator, or where its namespace is yours.");
        }
    }

    private List<Cluster> issuersOf(IssuedToken token) {
        return byId.values().stream().filter(cluster -> cluster.issues(token)).toList();
    }

    /** Clusters with an issuer of the same name are told apart by their keys. */
    private static Uni<PodIdentity> prove(IssuedToken token, List<Cluster> candidates) {
        List<Cluster> others = candidates.subList(1, candidates.size());
        Uni<PodIdentity> first = candidates.getFirst().prove(token);
        return others.isEmpty()
                ? first
                : first.onFailure(Problem.class)
                        .recoverWithUni(refused -> prove(token, others)
                                .onFailure(Problem.class)
                                .transform(refusedToo -> isRefusal(refused) ? refusedToo : refused));
    }

    /** Else it is not known whether it would have been one. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof Problem problem && problem.code() == UNAUTHENTICATED;
    }
}
