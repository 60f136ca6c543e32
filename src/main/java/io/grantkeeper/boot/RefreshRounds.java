package io.grantkeeper.boot;

import io.grantkeeper.connection.Reserved;
import io.grantkeeper.refresh.ImportSweeper;
import io.grantkeeper.refresh.LeasedProofs;
import io.grantkeeper.refresh.RefreshConfig;
import io.grantkeeper.refresh.Refreshes;
import io.grantkeeper.refresh.Sweeper;
import io.grantkeeper.refresh.Upkeep;
import io.grantkeeper.replica.KnownDatabase;
import io.grantkeeper.replica.PostgresChannel;
import io.grantkeeper.replica.Replicas;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Keeps the refresh engine going from before the first request until after the last. */
@Singleton
final class RefreshRounds {

    private static final Logger LOG = Logger.getLogger(RefreshRounds.class);

    /** Longer than a provider's answer is awaited. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private static final Duration HEARING = Duration.ofSeconds(2);

    private static final Duration RECOVERY = Duration.ofSeconds(12);

    private final PostgresChannel channel;
    private final KnownDatabase database;
    private final Refreshes refreshes;
    private final Replicas replicas;
    private final Sweeper sweeper;
    private final LeasedProofs proofs;
    private final ImportSweeper importSweeper;
    private final Upkeep upkeep;
    private final DatabasePools pools;
    private final Pool reserved;
    private final RefreshConfig config;
    private final Rounds hearing = new Rounds();
    private final Rounds rounds = new Rounds();

    RefreshRounds(
            PostgresChannel channel,
            KnownDatabase database,
            Refreshes refreshes,
            Replicas replicas,
            Sweeper sweeper,
            LeasedProofs proofs,
            ImportSweeper importSweeper,
            Upkeep upkeep,
            DatabasePools pools,
            @Reserved Pool reserved,
            RefreshConfig config) {
        this.channel = channel;
        this.database = database;
        this.refreshes = refreshes;
        this.replicas = replicas;
        this.sweeper = sweeper;
        this.proofs = proofs;
        this.importSweeper = importSweeper;
        this.upkeep = upkeep;
        this.pools = pools;
        this.reserved = reserved;
        this.config = config;
    }

    void start(@Observes StartupEvent started) {
        config.check();
        // Before the first lease: a holder that shows no sign of life is taken for dead.
        channel.beat().await().atMost(Duration.ofSeconds(10));
        awaitHearing();
        hearing.every(Duration.ofMillis(250), "channel", channel::beat);
        hearing.every(Duration.ofSeconds(15), "reserved connections", () -> pools.keep(reserved));
        // Before anything is refreshed: what is stored may be older than what providers gave.
        atStart("lineage of the database", database.look());
        // Before this replica is ready: whoever began them may have been its predecessor.
        atStart("known outages", refreshes.recall());
        atStart("abandoned refreshes", sweeper.sweepAtStart());
        atStart("abandoned imports", importSweeper.sweepAtStart());
        rounds.every(Duration.ofMillis(250), "unwritten refreshes", refreshes::writeUnfinished);
        rounds.overlapping(Sweeper.BETWEEN_LOOKS, "abandoned refreshes", sweeper::sweep);
        rounds.every(Duration.ofSeconds(1), "lineage of the database", database::keep);
        rounds.every(Duration.ofMinutes(10), "old missed notices", channel::forgetMissed);
        rounds.overlapping(Sweeper.BETWEEN_LOOKS, "abandoned imports", importSweeper::sweep);
        rounds.every(
                Duration.ofMinutes(10),
                "old imports",
                () -> database.isUnconfirmed() ? Uni.createFrom().voidItem() : proofs.forgetOld());
        rounds.every(Duration.ofSeconds(2), "providers that recovered", refreshes::hearOfRecoveries);
        rounds.every(Duration.ofSeconds(5), "count of replicas", replicas::count);
        rounds.overlapping(Duration.ofSeconds(1), "renewal of used tokens", upkeep::renewUsed);
        rounds.overlapping(Duration.ofSeconds(10), "idle refresh tokens", upkeep::keepAlive);
    }

    /** What dead replicas began is looked at only by one that hears; but a service that does not hear starts as well. */
    private void awaitHearing() {
        Multi.createFrom()
                .ticks()
                .every(Duration.ofMillis(20))
                .filter(tick -> channel.isAlive())
                .toUni()
                .ifNoItem()
                .after(HEARING)
                .recoverWithItem(-1L)
                .await()
                .indefinitely();
    }

    /** Done first, but neither its failure nor its length keeps the service from starting. */
    private static void atStart(String what, Uni<Void> task) {
        Rounds.told(what, () -> task.ifNoItem().after(RECOVERY).fail()).await().indefinitely();
    }

    /** Nothing new is begun, and what was begun is ended: a refresh that is cut off here can be a connection lost. */
    void stop(@Observes ShutdownEvent stopping) {
        refreshes.close();
        proofs.close();
        rounds.stop();
        drain();
        hearing.stop();
        // Last, since it is by this connection that the others see that this replica lives.
        channel.close().await().atMost(Duration.ofSeconds(2));
    }

    private void drain() {
        Boolean drained = Multi.createFrom()
                .ticks()
                .every(Duration.ofMillis(50))
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(
                        tick -> refreshes.writeUnfinished().map(done -> underway() == 0))
                .filter(Boolean::booleanValue)
                .toUni()
                .ifNoItem()
                .after(DRAIN)
                .recoverWithItem(false)
                .await()
                .indefinitely();
        if (!Boolean.TRUE.equals(drained)) {
            LOG.errorf("refreshes not ended at shutdown count=%s", underway());
        }
    }

    private int underway() {
        return refreshes.underway() + proofs.underway();
    }
}
