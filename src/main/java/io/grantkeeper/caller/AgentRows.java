package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.NOT_FOUND;

import io.grantkeeper.problem.Problem;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Set;

/** The registered agents, each found by its account only. */
@ApplicationScoped
class AgentRows implements PanacheRepositoryBase<AgentRow, String> {

    Uni<AgentRow> require(AccountId account, AgentId id) {
        return one(of(account, id));
    }

    Uni<AgentRow> requireLocked(AccountId account, AgentId id) {
        return one(of(account, id).withLock(LockModeType.PESSIMISTIC_WRITE));
    }

    /** In the order in which they were registered, one more than the limit where there are more. */
    Uni<List<AgentRow>> after(AccountId account, String cursor, int limit) {
        return find("accountId = ?1 and id > ?2 order by id", account.value(), cursor)
                .range(0, limit)
                .list();
    }

    Uni<List<AgentRow>> lockSealedUnder(Set<String> keys, String after, int most) {
        return find("keyId in ?1 and id > ?2 order by id", keys, after)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .range(0, most - 1)
                .list();
    }

    /** The agent of a service account, in whatever account; null when there is none. */
    Uni<AgentRow> of(KubernetesIdentity identity) {
        return find(identity).firstResult();
    }

    Uni<AgentRow> lockedOf(KubernetesIdentity identity) {
        return find(identity).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
    }

    private PanacheQuery<AgentRow> find(KubernetesIdentity identity) {
        return find(
                "cluster = ?1 and namespace = ?2 and serviceAccount = ?3",
                identity.cluster(),
                identity.namespace(),
                identity.serviceAccount());
    }

    private PanacheQuery<AgentRow> of(AccountId account, AgentId id) {
        return find("accountId = ?1 and id = ?2", account.value(), id.value());
    }

    private static Uni<AgentRow> one(PanacheQuery<AgentRow> query) {
        return query.<AgentRow>firstResult().onItem().ifNull().failWith(AgentRows::notFound);
    }

    static Problem notFound() {
        return Problem.of(NOT_FOUND, "There is no such agent.");
    }
}
