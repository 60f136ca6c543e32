package io.grantkeeper.replica;

import io.grantkeeper.replica.Lineage.Verdict;
import io.grantkeeper.replica.Lineage.Written;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database is the one that was last written to, or a copy that may lack what was committed: one restored from
 * a backup, or a standby that took over without the last commits.
 *
 * <p>It goes on by {@link #keep} alone. What is known here in between may be old; {@link #UNCHANGED} is not.
 */
@ApplicationScoped
public class KnownDatabase {

    /**
     * Whether the database is the one that was last written to, as a condition: in the statement that depends on it, no
     * failover comes between. Only where {@link #isTelling}.
     */
    public static final String UNCHANGED = """
            exists (select from database_lineage written join present_lineage present
                on written.system_identifier = present.system_identifier and written.timeline = present.timeline)
            """;

    private static final Logger LOG = Logger.getLogger(KnownDatabase.class);
    private static final String SETTING = "GRANTKEEPER_DATABASE_CONFIRMED";

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration NOW_AND_THEN = Duration.ofSeconds(10);
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    /** Not allowed, not there, not offered: services that run PostgreSQL for others keep some functions back. */
    private static final Set<String> KEPT_BACK = Set.of("42501", "42883", "0A000");

    private static final String LOOK = """
            select present.system_identifier, present.timeline,
                written.system_identifier as written_identifier, written.timeline as written_timeline,
                written.synchronous as written_synchronously,
                extract(epoch from clock_timestamp() - written.seen_at)::float8 as unseen
            from present_lineage present left join database_lineage written on true
            """;

    private static final String FIRST = """
            insert into database_lineage (system_identifier, timeline, synchronous)
            select system_identifier, timeline, synchronous from present_lineage
            where system_identifier = $1 and timeline = $2
            on conflict do nothing
            """;

    /** Once for all replicas: who comes a little later, or waited for the one before, changes nothing. */
    private static final String SEEN = """
            update database_lineage written set synchronous = present.synchronous, seen_at = clock_timestamp()
            from present_lineage present
            where written.system_identifier = $1 and written.timeline = $2
                and present.system_identifier = $1 and present.timeline = $2
                and written.seen_at < clock_timestamp() - interval '8 seconds'
            """;

    private static final String MOVE = """
            update database_lineage written set
                system_identifier = present.system_identifier, timeline = present.timeline,
                synchronous = present.synchronous, seen_at = clock_timestamp()
            from present_lineage present
            where written.system_identifier = $1 and written.timeline = $2
                and present.system_identifier = $3 and present.timeline = $4
            """;

    private sealed interface Knowledge {

        /** Nobody has looked yet, or could. */
        record None() implements Knowledge {}

        /** PostgreSQL does not tell: one copy is as good as another. */
        record Untold() implements Knowledge {}

        record Judged(Verdict verdict) implements Knowledge {}
    }

    private record Sight(Optional<Written> written, Lineage actual) {}

    private final Pool pool;
    private final Channel channel;
    private final Optional<String> confirmed;
    private final LongSupplier nanoTime;
    private volatile Knowledge knowledge = new Knowledge.None();
    private volatile Optional<Long> lookedAt = Optional.empty();
    private volatile Optional<Long> toldAt = Optional.empty();

    @Inject
    KnownDatabase(
            Pool pool,
            Channel channel,
            @ConfigProperty(name = "grantkeeper.database-confirmed") Optional<String> confirmed,
            MeterRegistry meters) {
        this(pool, channel, confirmed, meters, System::nanoTime);
    }

    KnownDatabase(Pool pool, Channel channel, Optional<String> confirmed, MeterRegistry meters, LongSupplier nanoTime) {
        this.pool = pool;
        this.channel = channel;
        this.confirmed = confirmed.map(String::strip).filter(text -> !text.isEmpty());
        this.nanoTime = nanoTime;
        Gauge.builder("grantkeeper.database.unconfirmed", this, known -> known.isUnconfirmed() ? 1 : 0)
                .description("Whether the database may lack commits, and nobody has confirmed that it is to be used")
                .register(meters);
    }

    /** Whether it may lack commits and waits for the operator's word, as far as the last look showed. */
    public boolean isUnconfirmed() {
        return isJudged(Verdict.Unconfirmed.class);
    }

    /** Whether PostgreSQL tells which one it is. */
    public boolean isTelling() {
        return !(knowledge instanceof Knowledge.Untold);
    }

    /** Looks where that is due. For whoever keeps time, once a second. */
    public Uni<Void> keep() {
        return isDue(nanoTime.getAsLong()) ? look() : nothing();
    }

    /** Looks which database it is, and writes down what follows from it. Fails when the database is away. */
    public Uni<Void> look() {
        lookedAt = Optional.of(nanoTime.getAsLong());
        return pool.query(LOOK)
                .execute()
                .map(rows -> sight(rows.iterator().next()))
                .map(sight -> Lineage.judge(sight.written(), sight.actual(), confirmed))
                .chain(verdict -> write(verdict).invoke(() -> judged(verdict)))
                .onFailure(KnownDatabase::isKeptBack)
                .recoverWithItem(failure -> untold(failure));
    }

    /** Whoever was without the database may have another one now. */
    private boolean isDue(long now) {
        Duration every = isSettled() ? NOW_AND_THEN : SOON;
        return !channel.isSteady()
                || lookedAt.map(at -> now - at >= every.toNanos()).orElse(true);
    }

    private boolean isSettled() {
        return isJudged(Verdict.Same.class) || knowledge instanceof Knowledge.Untold;
    }

    private boolean isJudged(Class<? extends Verdict> so) {
        return knowledge instanceof Knowledge.Judged judged && so.isInstance(judged.verdict());
    }

    private Uni<Void> write(Verdict verdict) {
        return switch (verdict) {
            case Verdict.First first -> write(FIRST, first.actual());
            case Verdict.Same same -> write(SEEN, same.actual());
            case Verdict.FailedOver over -> write(MOVE, over.written(), over.actual());
            case Verdict.Confirmed sure -> write(MOVE, sure.written(), sure.actual());
            case Verdict.Unconfirmed unsure -> nothing();
        };
    }

    private Uni<Void> write(String statement, Lineage... lineages) {
        Tuple values = Tuple.tuple();
        for (Lineage each : lineages) {
            values.addLong(each.systemIdentifier()).addInteger(each.timeline());
        }
        return pool.preparedQuery(statement).execute(values).replaceWithVoid();
    }

    private void judged(Verdict verdict) {
        boolean before = isUnconfirmed();
        knowledge = new Knowledge.Judged(verdict);
        switch (verdict) {
            case Verdict.First first -> LOG.infof("database known actual=%s", first.actual());
            case Verdict.Same same -> {
                if (before) {
                    LOG.infof("database confirmed elsewhere actual=%s", same.actual());
                }
            }
            case Verdict.FailedOver over ->
                LOG.warnf("database failed over written=%s actual=%s", over.written(), over.actual());
            case Verdict.Confirmed sure ->
                LOG.warnf("database confirmed written=%s actual=%s", sure.written(), sure.actual());
            case Verdict.Unconfirmed unsure -> tell(unsure, nanoTime.getAsLong());
        }
    }

    private void tell(Verdict.Unconfirmed unsure, long now) {
        if (toldAt.filter(at -> now - at < TOLD_EVERY.toNanos()).isPresent()) {
            return;
        }
        toldAt = Optional.of(now);
        LOG.errorf(
                "database unconfirmed written=%s actual=%s confirmed=%s held=refreshes of rotating providers set=%s=%s",
                unsure.written(), unsure.actual(), unsure.instead().orElse("nothing"), SETTING, unsure.actual());
    }

    private @Nullable Void untold(Throwable failure) {
        if (isTelling()) {
            LOG.warnf("database does not tell its lineage cause=%s", ((PgException) failure).getSqlState());
        }
        knowledge = new Knowledge.Untold();
        return null;
    }

    private static boolean isKeptBack(Throwable failure) {
        return failure instanceof PgException refused && KEPT_BACK.contains(refused.getSqlState());
    }

    private static Sight sight(Row row) {
        Lineage actual = new Lineage(row.getLong("system_identifier"), row.getInteger("timeline"));
        return new Sight(
                Optional.ofNullable(row.getLong("written_identifier")).map(identifier -> written(identifier, row)),
                actual);
    }

    private static Written written(long identifier, Row row) {
        return new Written(
                new Lineage(identifier, row.getInteger("written_timeline")),
                row.getBoolean("written_synchronously"),
                Duration.ofMillis((long) (row.getDouble("unseen") * 1000)));
    }

    private static Uni<Void> nothing() {
        return Uni.createFrom().voidItem();
    }
}
