package io.grantkeeper.boot;

import io.grantkeeper.authorization.FinishedFlows;
import io.grantkeeper.connection.Revocations;
import io.grantkeeper.provider.YamlProviders;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What has to be done now and then, with nobody waiting for it. */
@Singleton
final class Housekeeping {

    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private final StoredKeyChecks keyChecks;
    private final KeyRingFile keyRing;
    private final YamlProviders providers;
    private final Revocations revocations;
    private final FinishedFlows flows;
    private final List<Cancellable> running = new CopyOnWriteArrayList<>();

    Housekeeping(
            StoredKeyChecks keyChecks,
            KeyRingFile keyRing,
            YamlProviders providers,
            Revocations revocations,
            FinishedFlows flows) {
        this.keyChecks = keyChecks;
        this.keyRing = keyRing;
        this.providers = providers;
        this.revocations = revocations;
        this.flows = flows;
    }

    void start(@Observes StartupEvent started) {
        // Before the first request: a row must not be sealed with a key that the next start cannot check.
        keyChecks.store().await().atMost(Duration.ofSeconds(10));
        every(
                Duration.ofSeconds(5),
                "reload of settings",
                () -> blocking(this::reload).chain(keyChecks::store));
        every(Duration.ofSeconds(15), "revocations", revocations::tellDue);
        every(Duration.ofMinutes(10), "old flows", flows::forget);
    }

    void stop(@Observes ShutdownEvent stopping) {
        running.forEach(Cancellable::cancel);
    }

    private void reload() {
        keyRing.reload();
        providers.reload();
    }

    /** One after the other: what takes longer than its period is not started twice. */
    private void every(Duration period, String what, Supplier<Uni<Void>> task) {
        running.add(Multi.createFrom()
                .ticks()
                .every(period)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> task.get().onFailure().invoke(failure -> told(what, failure)))
                .onFailure()
                .retry()
                .indefinitely()
                .subscribe()
                .with(done -> {}, failure -> told(what, failure)));
    }

    private static Uni<Void> blocking(Runnable work) {
        return Uni.createFrom()
                .voidItem()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(work);
    }

    private static void told(String what, Throwable failure) {
        LOG.warnf(
                "housekeeping failed task=%s cause=%s", what, failure.getClass().getSimpleName());
    }
}
