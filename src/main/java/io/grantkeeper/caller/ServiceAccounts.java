package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.flight.SingleFlight;
import io.grantkeeper.problem.Problem;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The agents that are pods, by their service accounts; remembered for a moment, as {@link AgentKeyholders} are.
 *
 * <p>The first pod pins the service account's uid: one of the same name that is made later is another one, and whoever
 * makes it need not be who was registered.
 */
@Singleton
final class ServiceAccounts {

    private static final Duration REMEMBERED = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int MOST = 10_000;

    private final AgentRows rows;
    private final SingleFlight<PodIdentity, Optional<Pinned>> loads = new SingleFlight<>();
    private final Cache<KubernetesIdentity, Optional<Pinned>> remembered =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST).build();

    ServiceAccounts(AgentRows rows) {
        this.rows = rows;
    }

    private record Pinned(Agent agent, String uid) {}

    /** The agent that a pod is; fails with {@code unauthenticated} when nobody registered its service account. */
    Uni<Agent> agent(PodIdentity pod) {
        Optional<Pinned> held = remembered.getIfPresent(pod.serviceAccount());
        Uni<Optional<Pinned>> found = held != null ? Uni.createFrom().item(held) : loads.join(pod, () -> load(pod));
        return found.map(registered -> same(registered, pod));
    }

    void forget(AgentId id) {
        remembered
                .asMap()
                .values()
                .removeIf(held ->
                        held.filter(pinned -> pinned.agent().id().equals(id)).isPresent());
    }

    /** That nobody had registered it is no longer true. */
    void forget(KubernetesIdentity identity) {
        remembered.invalidate(identity);
    }

    private static Agent same(Optional<Pinned> registered, PodIdentity pod) {
        Pinned found = registered.orElseThrow(() ->
                Problem.of(UNAUTHENTICATED, "No agent is registered for " + pod.userName() + " in this cluster."));
        if (!found.uid().equals(pod.serviceAccountUid())) {
            throw Problem.of(
                    UNAUTHENTICATED,
                    "The agent is registered for an earlier service account of this name; register it anew.");
        }
        return found.agent();
    }

    private Uni<Optional<Pinned>> load(PodIdentity pod) {
        return Panache.withSession(() -> rows.of(pod.serviceAccount()))
                .chain(row -> row == null || row.serviceAccountUid != null
                        ? Uni.createFrom().item(row)
                        : pin(pod))
                .ifNoItem()
                .after(PATIENCE)
                .failWith(() -> new TimeoutException("no answer by the database"))
                .map(ServiceAccounts::pinned)
                .invoke(found -> remembered.put(pod.serviceAccount(), found));
    }

    private static Optional<Pinned> pinned(@Nullable AgentRow row) {
        return Optional.ofNullable(row)
                .flatMap(found ->
                        Optional.ofNullable(found.serviceAccountUid).map(uid -> new Pinned(found.agent(), uid)));
    }

    private Uni<AgentRow> pin(PodIdentity pod) {
        return Panache.withTransaction(() -> rows.lockedOf(pod.serviceAccount()).invoke(row -> {
            if (row != null && row.serviceAccountUid == null) {
                row.serviceAccountUid = pod.serviceAccountUid();
            }
        }));
    }
}
