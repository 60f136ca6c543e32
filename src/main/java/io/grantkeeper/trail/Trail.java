package io.grantkeeper.trail;

import io.grantkeeper.secret.Uuid7;
import io.grantkeeper.trail.Notes.Note;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail. What changes something is written by the transaction that changes it; what is only read is noted before
 * the answer leaves and written within a second, so that a read does not wait for a write.
 */
@ApplicationScoped
public class Trail {

    private static final Logger LOG = Logger.getLogger(Trail.class);
    private static final int BATCH = 1000;
    private static final int FORGET_AT_ONCE = 5000;

    private static final String INSERT = """
            insert into audit_event (
                id, account_id, at, event, actor_kind, actor_id, connection_id, provider, agent_id, code, fingerprint,
                times)
            select * from unnest(
                $1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::integer[])
            on conflict (id) do nothing
            """;

    private static final String FORGET = """
            delete from audit_event where ctid = any (array(
                select ctid from audit_event where at < now() - make_interval(secs => $1::float8) limit $2))
            """;

    private final Pool pool;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final Duration retention;
    private final Notes notes;

    /** What may have been written and may not: it is written again as it was. */
    private final AtomicReference<List<Note>> unwritten = new AtomicReference<>(List.of());

    private final Counter dropped;

    Trail(Pool pool, Uuid7 ids, InstantSource clock, TrailConfig config, MeterRegistry meters) {
        if (config.retention().compareTo(TrailConfig.SHORTEST) < 0) {
            throw new IllegalArgumentException("grantkeeper.audit.retention is less than a day");
        }
        this.pool = pool;
        this.ids = ids;
        this.clock = clock;
        this.retention = config.retention();
        this.notes = new Notes(config.notes());
        this.dropped = Counter.builder("grantkeeper.audit.dropped")
                .description("Entries of the audit trail that were lost because the database was away for too long")
                .register(meters);
        Gauge.builder("grantkeeper.audit.unwritten", this, Trail::held)
                .description("Entries of the audit trail that are not written yet")
                .register(meters);
    }

    /** Notes what was done, which is written soon. A crash before that loses it. */
    public void note(Entry entry) {
        if (!notes.add(entry, clock.instant())) {
            dropped.increment();
        }
    }

    /** Writes what was done in the transaction that does it. */
    public Uni<Void> write(SqlClient transaction, Entry entry) {
        return insert(transaction, List.of(new Note(ids.next(), entry, Noted.once(clock.instant()))));
    }

    /** As {@link #write}, in the transaction of this context's Hibernate session. */
    public Uni<Void> writeInSession(Entry entry) {
        AuditEventRow row = AuditEventRow.of(ids.next(), entry, clock.instant());
        return Panache.getSession().chain(session -> session.persist(row));
    }

    /**
     * Writes what was noted. For whoever keeps time, about once a second: what is noted meanwhile waits for the next time,
     * lest what is done again and again become a row each.
     */
    public Uni<Void> writeNotes() {
        List<Note> failed = unwritten.getAndSet(List.of());
        List<Note> batch = failed.isEmpty() ? notes.take(BATCH, ids::next) : failed;
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return insert(pool, batch)
                .onFailure()
                .invoke(failure -> keep(batch, failure))
                .chain(() -> failed.isEmpty() && batch.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : writeNotes());
    }

    /** Forgets what is older than it is kept. For whoever keeps time, now and then. */
    public Uni<Void> forgetOld() {
        return Uni.createFrom()
                .deferred(() ->
                        pool.preparedQuery(FORGET).execute(Tuple.of((double) retention.toSeconds(), FORGET_AT_ONCE)))
                .repeat()
                .whilst(result -> result.rowCount() == FORGET_AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private void keep(List<Note> batch, Throwable failure) {
        unwritten.set(batch);
        LOG.warnf(
                "audit trail not written entries=%d cause=%s",
                held(), failure.getClass().getSimpleName());
    }

    private int held() {
        return unwritten.get().size() + notes.size();
    }

    private Uni<Void> insert(SqlClient client, List<Note> batch) {
        return client.preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addArrayOfUUID(column(batch, Note::id).toArray(UUID[]::new))
                        .addArrayOfString(texts(batch, note -> note.entry().account()))
                        .addArrayOfOffsetDateTime(
                                column(batch, note -> atUtc(note.noted().first()))
                                        .toArray(OffsetDateTime[]::new))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().event().wireName()))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().actor().kind().wireName()))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().actor().id()))
                        .addArrayOfUUID(
                                column(batch, note -> note.entry().connection().orElse(null))
                                        .toArray(UUID[]::new))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().provider().orElse(null)))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().agent().orElse(null)))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().code().orElse(null)))
                        .addArrayOfString(
                                texts(batch, note -> note.entry().fingerprint().orElse(null)))
                        .addArrayOfInteger(
                                column(batch, note -> note.noted().times()).toArray(Integer[]::new)))
                .replaceWithVoid();
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable String[] texts(List<Note> batch, Function<Note, @Nullable String> column) {
        return column(batch, column).toArray(String[]::new);
    }

    private static <T extends @Nullable Object> List<T> column(List<Note> batch, Function<Note, T> column) {
        return batch.stream().map(column).toList();
    }
}
