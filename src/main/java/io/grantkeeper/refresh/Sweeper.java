package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.Refresh;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Finishes what dead replicas began. Every replica sweeps; the lease sees to it that one of them wins. */
@ApplicationScoped
public class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    private static final int AT_ONCE = 64;

    /** How far looks are to be apart. */
    public static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Leases leases;
    private final Abandoned abandoned;
    private final Credentials credentials;
    private final Providers providers;
    private final Refreshes refreshes;
    private final LongSupplier nanoTime = System::nanoTime;
    private final Looks<Look> looks = new Looks<>();

    Sweeper(Leases leases, Abandoned abandoned, Credentials credentials, Providers providers, Refreshes refreshes) {
        this.leases = leases;
        this.abandoned = abandoned;
        this.credentials = credentials;
        this.providers = providers;
        this.refreshes = refreshes;
    }

    /**
     * Looks once, and finishes what this look and the one before it show to be abandoned. For whoever keeps time, which may
     * look again while earlier refreshes are still running.
     */
    public Uni<Void> sweep() {
        return Looks.each(leases.open().map(this::toFinish), this::finish, AT_ONCE);
    }

    /** What to do before this replica is ready: two looks, the second only where the first shows that it is needed. */
    public Uni<Void> sweepAtStart() {
        return looks.twice(this::sweep);
    }

    private List<OpenIntent> toFinish(List<OpenIntent> open) {
        long now = nanoTime.getAsLong();
        looks.show(open.stream().map(Look::of).toList(), now);
        return open.stream()
                .filter(intent -> intent.isToBeFinished(looks.hasShownLongEnough(Look.of(intent), now), facts(intent)))
                .toList();
    }

    private Refresh facts(OpenIntent intent) {
        return providers.refreshOf(intent.provider());
    }

    private Uni<Void> finish(OpenIntent intent) {
        if (intent.state() == OpenIntent.State.HOLDER_NOT_SEEN) {
            abandoned.add(intent);
        }
        return credentials
                .find(intent.connection())
                .chain(found -> found.map(refreshes::join)
                        .orElseGet(() -> Uni.createFrom().nullItem()))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "recovery failed connection=%s cause=%s",
                            intent.connection(), failure.getClass().getSimpleName());
                    return null;
                })
                .replaceWithVoid();
    }

    /** What makes two looks the same: the state too, since a lease that was over once is not one that was abandoned. */
    private record Look(OpenIntent.State state, ConnectionId connection, long fence) {

        static Look of(OpenIntent intent) {
            return new Look(intent.state(), intent.connection(), intent.fence());
        }
    }
}
