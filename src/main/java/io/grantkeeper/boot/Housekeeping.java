package io.grantkeeper.boot;

import io.grantkeeper.authorization.FinishedFlows;
import io.grantkeeper.connection.Census;
import io.grantkeeper.connection.Revocations;
import io.grantkeeper.provider.YamlProviders;
import io.grantkeeper.token.UsedConnections;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What has to be done now and then, with nobody waiting for it. */
@Singleton
final class Housekeeping {

    private final StoredKeyChecks keyChecks;
    private final KeyRingFile keyRing;
    private final YamlProviders providers;
    private final Revocations revocations;
    private final FinishedFlows flows;
    private final Census census;
    private final UsedConnections used;
    private final Rounds rounds = new Rounds();

    Housekeeping(
            StoredKeyChecks keyChecks,
            KeyRingFile keyRing,
            YamlProviders providers,
            Revocations revocations,
            FinishedFlows flows,
            Census census,
            UsedConnections used) {
        this.keyChecks = keyChecks;
        this.keyRing = keyRing;
        this.providers = providers;
        this.revocations = revocations;
        this.flows = flows;
        this.census = census;
        this.used = used;
    }

    void start(@Observes StartupEvent started) {
        // Before the first request: a row must not be sealed with a key that the next start cannot check.
        keyChecks.store().await().atMost(Duration.ofSeconds(10));
        rounds.every(
                Duration.ofSeconds(5),
                "reload of settings",
                () -> blocking(this::reload).chain(keyChecks::store));
        rounds.every(Duration.ofSeconds(15), "revocations", revocations::tellDue);
        rounds.every(Duration.ofSeconds(1), "notes of use", used::write);
        rounds.every(Duration.ofMinutes(1), "census", census::count);
        rounds.every(Duration.ofMinutes(10), "old flows", flows::forget);
    }

    void stop(@Observes ShutdownEvent stopping) {
        rounds.stop();
    }

    private void reload() {
        keyRing.reload();
        providers.reload();
    }

    private static Uni<Void> blocking(Runnable work) {
        return Uni.createFrom()
                .voidItem()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(work);
    }
}
