package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.Breaker.Moment;
import io.grantkeeper.refresh.Breaker.Open;
import io.grantkeeper.refresh.Breaker.Probing;
import io.grantkeeper.refresh.DeathWatch.Tally;
import io.grantkeeper.refresh.Gate.Step;
import io.grantkeeper.refresh.SharedOutages.Claim;
import io.grantkeeper.refresh.SharedOutages.Deaths;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Weighs an answer against what the client's other connections were answered: an odd refusal of several is the client's
 * matter, and too many deaths at once are the provider's.
 */
final class Scales {

    private static final Logger LOG = Logger.getLogger(Scales.class);

    private final SharedOutages outages;
    private final RefreshConfig config;
    private final GateMeters meters;
    private final Supplier<Moment> moment;

    Scales(SharedOutages outages, RefreshConfig config, GateMeters meters, Supplier<Moment> moment) {
        this.outages = outages;
        this.config = config;
        this.meters = meters;
        this.moment = moment;
    }

    Uni<Outcome> weigh(Gate gate, ConnectionId connection, Outcome outcome) {
        if (outcome instanceof Outcome.Dead dead) {
            return weighDeath(gate, connection, dead);
        }
        gate.deaths().attempted(connection, moment.get().now());
        return learn(gate, connection, outcome);
    }

    private Uni<Outcome> weighDeath(Gate gate, ConnectionId connection, Outcome.Dead dead) {
        return switch (dead.reason()) {
            case INVALID_GRANT, RECONSENT ->
                isIncident(gate, connection)
                        .chain(incident -> incident ? withhold(gate, connection) : learn(gate, connection, dead));
            case INTERRUPTED, NO_REFRESH_TOKEN -> learn(gate, connection, dead);
        };
    }

    /** The breaker moves at once; that a token was granted must not wait for anything here. */
    private Uni<Outcome> learn(Gate gate, ConnectionId connection, Outcome outcome) {
        Step step = gate.heard(connection, outcome, moment.get());
        Outcome meaning = outcome instanceof Outcome.Suspect && gate.isOpenFor(Cause.MISCONFIGURED)
                ? new Outcome.Misconfigured()
                : outcome;
        return share(gate, step).replaceWith(meaning);
    }

    /**
     * The deaths that were told here count as marked, though their writes may be under way still: many may come at once.
     * So the database is asked for what other replicas were told, and for what this connection was told before.
     */
    private Uni<Boolean> isIncident(Gate gate, ConnectionId connection) {
        Tally tally = gate.deaths().died(connection, moment.get().now());
        if (gate.isOpenFor(Cause.INCIDENT)) {
            return Uni.createFrom().item(true);
        }
        if (!tally.isMoreThan(config.incidentShare())) {
            return Uni.createFrom().item(false);
        }
        return outages.deaths(
                        gate.client(),
                        connection,
                        config.incidentWindow(),
                        gate.deaths().settled())
                .map(everywhere -> isIncident(gate, connection, tally, everywhere));
    }

    /** Who is told dead once more by a provider that was found well in between is dead, whatever the others are told. */
    private boolean isIncident(Gate gate, ConnectionId connection, Tally tally, Deaths everywhere) {
        if (everywhere.incident()) {
            return true;
        }
        if (everywhere.doubted()) {
            gate.deaths().settle(connection, moment.get().now());
            return false;
        }
        return Math.max(tally.earlier(), everywhere.deaths()) >= config.incidentDeaths();
    }

    /** The connection stays as it is, and is asked for again when the incident is over. */
    private Uni<Outcome> withhold(Gate gate, ConnectionId connection) {
        Moment at = moment.get();
        Step step = gate.incident(at);
        if (step.isChange()) {
            meters.incident(gate.client().provider());
        }
        Optional<Duration> wait = gate.refusal(at).map(Refusal::retryAfter);
        return share(gate, step).chain(() -> doubt(gate, connection)).replaceWith(new Outcome.Transient(wait));
    }

    /** Never fails: it will be doubted once more. */
    private Uni<Void> doubt(Gate gate, ConnectionId connection) {
        return outages.doubt(connection)
                .onFailure()
                .recoverWithItem(failure -> untold("doubt not noted", gate, failure));
    }

    private Uni<Void> share(Gate gate, Step step) {
        return step.opened()
                .map(open -> share(gate, open))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Tells the others of a breaker that they know nothing of, while it is probed. Never fails. */
    Uni<Void> share(Gate gate, Probing probing) {
        return share(gate, probing.why(), probing.until(), others -> gate.claimed(probing, others.cause()));
    }

    private Uni<Void> share(Gate gate, Open open) {
        return share(gate, open.why(), open.probeAt(), others -> gate.pauseWithOthers(others, moment.get()));
    }

    /** Never fails: this replica keeps its breaker open all the same, and probes for itself. */
    private Uni<Void> share(Gate gate, Cause why, Duration until, Consumer<Claim.Waiting> told) {
        Duration ago = why == Cause.INCIDENT ? config.incidentWindow() : Duration.ZERO;
        return outages.open(gate.client(), why, ago, moment.get().until(until))
                .invoke(told)
                .replaceWithVoid()
                .onFailure()
                .recoverWithItem(failure -> untold("outage not shared", gate, failure));
    }

    private static @Nullable Void untold(String event, Gate gate, Throwable failure) {
        LOG.warnf(
                "%s provider=%s client=%s cause=%s",
                event,
                gate.client().provider(),
                gate.client().clientId(),
                failure.getClass().getSimpleName());
        return null;
    }
}
