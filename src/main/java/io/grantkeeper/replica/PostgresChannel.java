package io.grantkeeper.replica;

import io.grantkeeper.replica.Signs.Heard;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Notices by PostgreSQL's LISTEN and NOTIFY, over one connection that also holds this replica's sign of life.
 *
 * <p>It goes on by {@link #beat} alone. What is heard in between comes on the connection's own thread.
 */
@ApplicationScoped
public class PostgresChannel implements Channel {

    private static final Logger LOG = Logger.getLogger(PostgresChannel.class);

    private static final String TELL = "select tell_replicas($1)";
    private static final String HURRY = "select pg_notify('" + NAME + "', $1)";

    /** Every replica has found them long since. */
    private static final String FORGET = "delete from missed_notice where missed_at < now() - interval '1 hour'";

    /** Longer than a write that is tried again may hang. */
    private static final Duration STEADY = Duration.ofSeconds(8);

    private static final Duration OPENING = Duration.ofSeconds(3);
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private sealed interface State {

        /** Nothing is heard; the next line is tried for at {@code retryAt}, and after a pause when that fails. */
        record Away(long retryAt, Duration pause) implements State {

            Away again(long now) {
                Duration longer = pause.multipliedBy(2);
                return new Away(now + pause.toNanos(), longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE);
            }
        }

        /** A line listens; whether it hears, its signs tell. */
        record Listening(Line line, Signs signs, Away before) implements State {

            boolean isOn(Line other) {
                return line.equals(other);
            }

            Listening with(Signs next) {
                return new Listening(line, next, before);
            }

            /**
             * Tried again at once, lest others take this replica for dead; but a line that never heard anything is as
             * good as none.
             */
            Away lost(long now) {
                return signs.heard().isPresent() ? new Away(now, FIRST_PAUSE) : before.again(now);
            }
        }

        /** A line was lost, and whoever remembers is being told; before they all know no other is opened. */
        record Losing(Away next) implements State {}

        record Closed() implements State {}
    }

    private final Supplier<Uni<Line>> lines;
    private final ReplicaId self;
    private final Pool pool;
    private final MeterRegistry meters;
    private final LongSupplier nanoTime;
    private final String own;
    private final Counter losses;
    private final List<Consumer<Notice>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> silenceListeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<State> state;

    /** Whether a line was ever lost: a process that has just started has been without nothing. */
    private volatile boolean interrupted;

    /** Kept when the line is lost: whoever just saw the channel alive may still ask for the time. */
    private volatile Optional<Heard> lastHeard = Optional.empty();

    @Inject
    PostgresChannel(DirectConnections connections, ReplicaId self, Pool pool, MeterRegistry meters) {
        this(() -> connections.open().map(PostgresLine::new), self, pool, meters, System::nanoTime);
    }

    PostgresChannel(Supplier<Uni<Line>> lines, ReplicaId self, Pool pool, MeterRegistry meters, LongSupplier nanoTime) {
        this.lines = lines;
        this.self = self;
        this.pool = pool;
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.own = NAME + "_" + self;
        this.state = new AtomicReference<>(new State.Away(nanoTime.getAsLong(), FIRST_PAUSE));
        this.losses = Counter.builder("grantkeeper.channel.losses")
                .description("Connections lost on which notices of other replicas are heard")
                .register(meters);
        Gauge.builder("grantkeeper.channel.up", this, channel -> channel.isAlive() ? 1 : 0)
                .description("Whether notices of other replicas are heard")
                .register(meters);
    }

    @Override
    public boolean isAlive() {
        return state.get() instanceof State.Listening listening
                && listening.signs().isAlive(nanoTime.getAsLong());
    }

    @Override
    public boolean isSteady() {
        return isAlive() && (!interrupted || hasListenedForLong());
    }

    private boolean hasListenedForLong() {
        return state.get() instanceof State.Listening listening
                && nanoTime.getAsLong() - listening.signs().openedAt() >= STEADY.toNanos();
    }

    @Override
    public Instant databaseTime() {
        return lastTime().orElseThrow(() -> new IllegalStateException("the channel was never alive"));
    }

    /** The database's time, by the last sign that was ever heard and the time since. */
    public Optional<Instant> lastTime() {
        return lastHeard.map(heard -> heard.timeAt(nanoTime.getAsLong()));
    }

    @Override
    public void subscribe(Consumer<Notice> listener) {
        listeners.add(listener);
    }

    @Override
    public void onSilence(Runnable listener) {
        silenceListeners.add(listener);
    }

    @Override
    public Uni<Void> tell(Notice notice) {
        String statement = switch (notice) {
            case Notice.Changed changed -> TELL;
            // Nobody believes anything wrong where it is lost.
            case Notice.Awaited awaited -> HURRY;
        };
        return pool.preparedQuery(statement)
                .execute(Tuple.of(notice.toString()))
                .replaceWithVoid();
    }

    @Override
    public void tellHere(Notice notice) {
        listeners.forEach(listener -> listener.accept(notice));
    }

    /** Does what is due: opens a line, sends a sign, gives up a line that is silent. Never two at once; never fails. */
    public Uni<Void> beat() {
        long now = nanoTime.getAsLong();
        return switch (state.get()) {
            case State.Away away when away.retryAt() - now <= 0 -> open(away);
            case State.Listening listening
            when listening.signs().isOverdue(now) -> giveUp(listening.line(), "no sign came back");
            case State.Listening listening when listening.signs().isDue(now) -> sign(listening, now);
            case State.Away away -> nothing();
            case State.Listening listening -> nothing();
            case State.Losing losing -> nothing();
            case State.Closed closed -> nothing();
        };
    }

    /** Forgets notices that could not be sent, long ago. For whoever keeps time, now and then. */
    public Uni<Void> forgetMissed() {
        return pool.query(FORGET).execute().replaceWithVoid();
    }

    /** Ends this replica's sign of life, and with it what it hears. */
    public Uni<Void> close() {
        State last = state.getAndSet(new State.Closed());
        return last instanceof State.Listening listening ? hangUp(listening.line()) : nothing();
    }

    private Uni<Void> open(State.Away away) {
        return lines.get()
                .ifNoItem()
                .after(OPENING)
                .fail()
                .chain(line -> listen(line, away))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.debugf("channel not opened cause=%s", failure.getClass().getSimpleName());
                    state.compareAndSet(away, away.again(nanoTime.getAsLong()));
                    return null;
                });
    }

    private Uni<Void> listen(Line line, State.Away away) {
        line.onNotification((channel, payload) -> hear(line, channel, payload));
        line.onEnd(() -> lose(line, "closed"));
        return line.live(self)
                .chain(() -> line.listen(NAME))
                .chain(() -> line.listen(own))
                .ifNoItem()
                .after(OPENING)
                .fail()
                .onFailure()
                .call(() -> hangUp(line))
                .chain(() -> begin(line, away));
    }

    private Uni<Void> begin(Line line, State.Away away) {
        long now = nanoTime.getAsLong();
        State.Listening listening = new State.Listening(line, Signs.from(now), away);
        return state.compareAndSet(away, listening) ? sign(listening, now) : hangUp(line);
    }

    private Uni<Void> sign(State.Listening listening, long now) {
        Signs signs = listening.signs();
        if (!state.compareAndSet(listening, listening.with(signs.sending(now)))) {
            return nothing();
        }
        return listening
                .line()
                .sign(own, signs.next())
                .ifNoItem()
                .after(signs.patience(now))
                .fail()
                .onFailure()
                .recoverWithUni(
                        failure -> giveUp(listening.line(), failure.getClass().getSimpleName()));
    }

    private void hear(Line line, String channel, String payload) {
        if (channel.equals(own)) {
            Sign.parse(payload).ifPresent(sign -> hear(line, sign));
        } else {
            Optional<Notice> notice = Notice.parse(payload);
            count(notice);
            notice.ifPresent(this::tellHere);
        }
    }

    private void hear(Line line, Sign sign) {
        boolean aliveBefore = isAlive();
        State before = state.getAndUpdate(each -> each instanceof State.Listening listening && listening.isOn(line)
                ? listening.with(listening.signs().hearing(sign))
                : each);
        if (before instanceof State.Listening listening && listening.isOn(line)) {
            heard(listening.signs(), listening.signs().hearing(sign));
        }
        if (!aliveBefore && isAlive()) {
            LOG.infof("channel up replica=%s", self);
        }
    }

    private void heard(Signs before, Signs now) {
        lastHeard = now.heard();
        if (before.hasMissedUntil(now)) {
            LOG.warnf("notices missed replica=%s", self);
            silenceListeners.forEach(Runnable::run);
        }
    }

    private Uni<Void> giveUp(Line line, String cause) {
        lose(line, cause);
        return hangUp(line);
    }

    /** At once, on whatever thread: from here on nothing that is remembered counts. */
    private void lose(Line line, String cause) {
        long now = nanoTime.getAsLong();
        State before = state.getAndUpdate(each -> each instanceof State.Listening listening && listening.isOn(line)
                ? new State.Losing(listening.lost(now))
                : each);
        if (before instanceof State.Listening listening && listening.isOn(line)) {
            interrupted = true;
            losses.increment();
            LOG.warnf("channel lost replica=%s cause=%s", self, cause);
            silenceListeners.forEach(Runnable::run);
            state.getAndUpdate(each -> each instanceof State.Losing losing ? losing.next() : each);
        }
    }

    /** A line that hangs does not even close; the limits of its socket end it. */
    private static Uni<Void> hangUp(Line line) {
        return line.close().ifNoItem().after(CLOSING).fail().onFailure().recoverWithItem(failure -> {
            LOG.debugf("line not closed cause=%s", failure.getClass().getSimpleName());
            return null;
        });
    }

    private void count(Optional<Notice> notice) {
        String kind = notice.map(heard -> switch (heard) {
                    case Notice.Changed changed -> Notice.CHANGED;
                    case Notice.Awaited awaited -> Notice.AWAITED;
                })
                .orElse("unknown");
        Counter.builder("grantkeeper.notices")
                .description("Notices heard, this replica's own among them")
                .tag("kind", kind)
                .register(meters)
                .increment();
    }

    private static Uni<Void> nothing() {
        return Uni.createFrom().voidItem();
    }
}
