package io.grantkeeper.refresh;

import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.Refresh;
import io.grantkeeper.replica.KnownDatabase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Finishes imports that nobody is busy with. Every replica sweeps; the lease sees to it that one of them wins. */
@ApplicationScoped
public class ImportSweeper {

    private static final Logger LOG = Logger.getLogger(ImportSweeper.class);
    private static final int AT_ONCE = 16;

    private final PendingImports imports;
    private final LeasedProofs proofs;
    private final Providers providers;
    private final KnownDatabase database;
    private final LongSupplier nanoTime = System::nanoTime;
    private final Looks<Look> looks = new Looks<>();

    ImportSweeper(PendingImports imports, LeasedProofs proofs, Providers providers, KnownDatabase database) {
        this.imports = imports;
        this.proofs = proofs;
        this.providers = providers;
        this.database = database;
    }

    /**
     * Looks once, as {@link Sweeper#sweep} does; not at all in a database that may hold what has been used since.
     */
    public Uni<Void> sweep() {
        return database.isUnconfirmed() ? Uni.createFrom().voidItem() : finishLeft();
    }

    private Uni<Void> finishLeft() {
        return Looks.each(imports.left().map(this::toFinish), this::finish, AT_ONCE);
    }

    /** What to do before this replica is ready. */
    public Uni<Void> sweepAtStart() {
        return looks.twice(this::sweep);
    }

    private List<LeftImport> toFinish(List<LeftImport> left) {
        long now = nanoTime.getAsLong();
        looks.show(left.stream().map(Look::of).toList(), now);
        return left.stream()
                .filter(each -> each.isToBeFinished(looks.hasShownLongEnough(Look.of(each), now), facts(each)))
                .toList();
    }

    private Refresh facts(LeftImport left) {
        return providers.refreshOf(left.pending().provider());
    }

    private Uni<Void> finish(LeftImport left) {
        return proofs.resume(left.pending(), left.state() == OpenIntent.State.HOLDER_NOT_SEEN)
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "recovery failed import=%s cause=%s",
                        left.pending().id(), failure.getClass().getSimpleName()))
                .onFailure()
                .recoverWithNull();
    }

    private record Look(OpenIntent.State state, UUID id, long fence) {

        static Look of(LeftImport left) {
            return new Look(left.state(), left.pending().id(), left.pending().fence());
        }
    }
}
