package io.grantkeeper.boot;

import io.grantkeeper.authorization.FinishedFlows;
import io.grantkeeper.connection.Census;
import io.grantkeeper.connection.Revocations;
import io.grantkeeper.connection.UsedClients;
import io.grantkeeper.provider.YamlProviders;
import io.grantkeeper.token.UsedConnections;
import io.grantkeeper.trail.Trail;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/** What has to be done now and then, with nobody waiting for it. */
@Singleton
final class Housekeeping {

    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private final StoredKeyChecks keyChecks;
    private final KeyRingFile keyRing;
    private final YamlProviders providers;
    private final Revocations revocations;
    private final FinishedFlows flows;
    private final Census census;
    private final UsedClients clients;
    private final UsedConnections used;
    private final Trail trail;
    private final KeyRotation keyRotation;
    private final Rounds rounds = new Rounds();

    Housekeeping(
            StoredKeyChecks keyChecks,
            KeyRingFile keyRing,
            YamlProviders providers,
            Revocations revocations,
            FinishedFlows flows,
            Census census,
            UsedClients clients,
            UsedConnections used,
            Trail trail,
            KeyRotation keyRotation) {
        this.keyChecks = keyChecks;
        this.keyRing = keyRing;
        this.providers = providers;
        this.revocations = revocations;
        this.flows = flows;
        this.census = census;
        this.clients = clients;
        this.used = used;
        this.trail = trail;
        this.keyRotation = keyRotation;
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
        rounds.every(Duration.ofSeconds(1), "audit trail", trail::writeNotes);
        rounds.every(Duration.ofMinutes(10), "old audit trail", trail::forgetOld);
        rounds.every(Duration.ofSeconds(10), "re-sealing", keyRotation::reseal);
        rounds.every(Duration.ofMinutes(1), "count of seals", keyRotation::count);
        rounds.every(Duration.ofMinutes(1), "census", census::count);
        rounds.every(Duration.ofMinutes(10), "clients of connections", clients::keep);
        rounds.every(Duration.ofMinutes(10), "old flows", flows::forget);
    }

    void stop(@Observes ShutdownEvent stopping) {
        rounds.stop();
        // Of what was done nothing is lost by a stop that was asked for.
        lastly("audit trail", trail::writeNotes);
        lastly("count of seals", keyRotation::count);
    }

    private static void lastly(String what, Supplier<Uni<Void>> task) {
        Rounds.told(what, () -> task.get().ifNoItem().after(LAST_WORDS).fail())
                .await()
                .indefinitely();
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
