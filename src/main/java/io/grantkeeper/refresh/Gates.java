package io.grantkeeper.refresh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.Breaker.Moment;
import io.grantkeeper.refresh.Breaker.Probing;
import io.grantkeeper.refresh.Gate.Admission;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import io.grantkeeper.refresh.SharedOutages.Claim;
import io.grantkeeper.refresh.SharedOutages.Known;
import io.grantkeeper.refresh.Turnstile.Turn;
import io.grantkeeper.replica.Replicas;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What stands between refreshes and providers: a provider in trouble is left alone but for a probe now and then, one that
 * comes back is not buried, and one that is slow keeps nobody from the others.
 */
@ApplicationScoped
class Gates {

    private static final Logger LOG = Logger.getLogger(Gates.class);

    /** Accounts bring clients of their own; one that is forgotten is closed until it fails again. */
    private static final int MOST_CLIENTS = 10_000;

    private static final int MOST_WAITING = 1_000;

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Cache<ClientAt, Gate> gates =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build();
    private final ConcurrentMap<String, Entrance> entrances = new ConcurrentHashMap<>();
    private final SharedOutages outages;
    private final RefreshConfig config;
    private final GateMeters meters;
    private final LongSupplier nanoTime;
    private final long begin;
    private final IntSupplier replicas;
    private final Duration patience;
    private final Scales scales;

    @Inject
    Gates(SharedOutages outages, RefreshConfig config, MeterRegistry registry, Replicas living) {
        this(outages, config, registry, System::nanoTime, living::lastCount);
    }

    /** @param replicas how many live, and share what a provider is asked after an outage */
    Gates(
            SharedOutages outages,
            RefreshConfig config,
            MeterRegistry registry,
            LongSupplier nanoTime,
            IntSupplier replicas) {
        this.outages = outages;
        this.config = config;
        this.meters = new GateMeters(registry);
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.replicas = replicas;
        // Shorter than a caller waits, so that it hears why, and does not come again for what is in line already.
        this.patience = config.callerDeadline().multipliedBy(4).dividedBy(5);
        this.scales = new Scales(outages, config, meters, this::moment);
    }

    /**
     * Runs the work where the provider may be asked now, and says until when it may not otherwise.
     *
     * @param work asks the provider, and has its answer weighed; subscribed once at most
     * @param refused what is answered without it
     */
    <T> Uni<T> pass(ClientAt client, Urgency urgency, Supplier<Uni<T>> work, Function<Unavailable, T> refused) {
        return Uni.createFrom().deferred(() -> new Passage<>(gate(client), urgency, work, refused).begin());
    }

    /**
     * What an answer means once what others met with is considered; the gate learns from it. To be asked for every answer,
     * before anything is made of it. Fails only where a death is to be judged and the database is away.
     */
    Uni<Outcome> weigh(ClientAt client, ConnectionId connection, Outcome outcome) {
        return Uni.createFrom().deferred(() -> scales.weigh(gate(client), connection, outcome));
    }

    /** Takes up the outages that other replicas, or this one before it was started again, left open. */
    Uni<Void> recall() {
        return outages.all().invoke(all -> all.forEach(this::recall)).replaceWithVoid();
    }

    private void recall(Known known) {
        gate(known.client()).recall(known.waiting(), moment());
    }

    /** Hears which outages another replica found to be over, so that nobody has to wait for a probe here. */
    Uni<Void> hearOfRecoveries() {
        return Uni.createFrom().deferred(() -> {
            List<Gate> waiting = gates.asMap().values().stream()
                    .filter(Gate::isWaitingWithOthers)
                    .toList();
            return waiting.isEmpty() ? Uni.createFrom().voidItem() : hearOfRecoveries(waiting);
        });
    }

    private Uni<Void> hearOfRecoveries(List<Gate> waiting) {
        return outages.all()
                .map(all -> all.stream().map(Known::client).collect(Collectors.toSet()))
                .invoke(known -> waiting.stream()
                        .filter(gate -> !known.contains(gate.client()))
                        .forEach(gate -> gate.forgottenByOthers(moment())))
                .replaceWithVoid();
    }

    private Gate gate(ClientAt client) {
        return gates.get(client, absent -> new Gate(client, entrance(client.provider()), config.incidentWindow()));
    }

    private Entrance entrance(String provider) {
        return entrances.computeIfAbsent(provider, this::watchedEntrance);
    }

    private Entrance watchedEntrance(String provider) {
        Turnstile turnstile = new Turnstile(config.callsPerProvider(), MOST_WAITING);
        meters.watch(provider, turnstile, cause -> open(provider, cause));
        return new Entrance(turnstile, new Ramp(patience));
    }

    private long open(String provider, Cause cause) {
        return gates.asMap().values().stream()
                .filter(gate -> gate.client().provider().equals(provider) && gate.isOpenFor(cause))
                .count();
    }

    private Moment moment() {
        return new Moment(Duration.ofNanos(nanoTime.getAsLong() - begin), config.probeEvery());
    }

    private Ramp.Rate startRate() {
        return new Ramp.Rate(config.rampPerSecond(), Math.max(1, replicas.getAsInt()));
    }

    /** One refresh on its way to the provider. */
    private final class Passage<T> {

        private final Gate gate;
        private final Urgency urgency;
        private final Supplier<Uni<T>> work;
        private final Function<Unavailable, T> refused;
        private final Executor here = here();

        Passage(Gate gate, Urgency urgency, Supplier<Uni<T>> work, Function<Unavailable, T> refused) {
            this.gate = gate;
            this.urgency = urgency;
            this.work = work;
            this.refused = refused;
        }

        Uni<T> begin() {
            Moment at = moment();
            return gate.refusal(at)
                    .map(this::refuse)
                    .orElseGet(() -> gate.isRamping(at) ? startAtRate(at.now()) : queue());
        }

        private Uni<T> startAtRate(Duration now) {
            return switch (gate.entrance().ramp().slot(urgency, startRate(), now)) {
                case Ramp.Slot.Later later -> refuse(Refusal.busy(Refusal.Reason.RAMP, later.retryAfter()));
                case Ramp.Slot.Start start -> isNow(start.after()) ? queue() : queueAfter(start.after());
            };
        }

        /** Vert.x has no timers for less than a millisecond, and refuses them. */
        private static boolean isNow(Duration wait) {
            return wait.toMillis() == 0;
        }

        private Uni<T> queueAfter(Duration wait) {
            return Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(wait)
                    .emitOn(here)
                    .chain(this::queue);
        }

        private Uni<T> queue() {
            Turn turn = gate.entrance().turnstile().enter(urgency);
            return isCalled(turn)
                    .chain(called -> called ? enter() : refuse(Refusal.busy(Refusal.Reason.BULKHEAD, BUSY)))
                    .onTermination()
                    .invoke(turn::leave);
        }

        private Uni<Boolean> isCalled(Turn turn) {
            if (!turn.isWaiting()) {
                return Uni.createFrom().item(turn.isInside());
            }
            return turn.called()
                    .ifNoItem()
                    .after(patience)
                    .recoverWithItem(false)
                    .emitOn(here);
        }

        /** Asked once more: the breaker may have opened while this one stood in line. */
        private Uni<T> enter() {
            return switch (gate.admit(moment())) {
                case Admission.Go go -> work.get();
                case Admission.Probe probe -> probe(probe.probing());
                case Admission.Refused refused -> refuse(refused.refusal());
            };
        }

        private Uni<T> probe(Probing probing) {
            return outages.claim(gate.client(), config.probeEvery())
                    .chain(claim -> probe(probing, claim))
                    .onTermination()
                    .invoke(() -> gate.ended(probing, moment()));
        }

        private Uni<T> probe(Probing probing, Claim claim) {
            return switch (claim) {
                case Claim.Ours ours -> workAsProbe(probing, ours.cause());
                case Claim.Waiting others -> putOff(probing, others);
                case Claim.Over over -> probing.isShared() ? workAgain(probing) : workUnknown(probing);
            };
        }

        private Uni<T> workAsProbe(Probing probing, Cause shared) {
            gate.claimed(probing, shared);
            return workAsProbe(probing);
        }

        private Uni<T> workAsProbe(Probing probing) {
            meters.probe(gate.client().provider());
            return Uni.createFrom()
                    .deferred(work::get)
                    .call(() -> leaveIfUnasked(probing))
                    .onItemOrFailure()
                    .call(this::tellIfOver);
        }

        /** A refresh that did not come to ask must not cost the others a probe: it may be one that never can. */
        private Uni<Void> leaveIfUnasked(Probing probing) {
            return gate.leftUnasked(probing, moment())
                    ? unfailing(outages.leave(gate.client(), config.probeEvery()), "probe not left")
                    : Uni.createFrom().voidItem();
        }

        /** The others were never told, so that nobody can have seen the provider well for us. */
        private Uni<T> workUnknown(Probing probing) {
            return scales.share(gate, probing).chain(() -> workAsProbe(probing));
        }

        private Uni<T> putOff(Probing probing, Claim.Waiting others) {
            gate.putOff(probing, others, moment());
            return refuse(others.cause().refusal(others.left()));
        }

        private Uni<T> workAgain(Probing probing) {
            gate.recovered(probing, moment());
            return work.get();
        }

        /** Never fails: what the probe brought is not lost, and the row is one that a later probe ends. */
        private Uni<Void> tellIfOver() {
            if (gate.cause().isPresent()) {
                return Uni.createFrom().voidItem();
            }
            return unfailing(
                    outages.end(gate.client(), gate.deaths().settled())
                            .invoke(this::tellReverted)
                            .replaceWithVoid(),
                    "outage not ended");
        }

        private void tellReverted(int connections) {
            if (connections > 0) {
                LOG.infof(
                        "deaths reverted provider=%s client=%s connections=%d",
                        gate.client().provider(), gate.client().clientId(), connections);
            }
        }

        /** Goes on where the database could not be told. */
        private Uni<Void> unfailing(Uni<Void> told, String event) {
            return told.onFailure().recoverWithItem(failure -> untold(event, failure));
        }

        private @Nullable Void untold(String event, Throwable failure) {
            LOG.warnf(
                    "%s provider=%s client=%s cause=%s",
                    event,
                    gate.client().provider(),
                    gate.client().clientId(),
                    failure.getClass().getSimpleName());
            return null;
        }

        private Uni<T> refuse(Refusal refusal) {
            meters.refused(gate.client().provider(), refusal.reason());
            return Uni.createFrom().item(refused.apply(refusal.answer()));
        }

        /** Whoever waited goes on where it was, not where the one before it ended. */
        private static Executor here() {
            Context context = Vertx.currentContext();
            return context == null
                    ? Infrastructure.getDefaultExecutor()
                    : task -> context.runOnContext(ignored -> task.run());
        }
    }
}
