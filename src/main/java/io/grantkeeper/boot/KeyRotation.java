package io.grantkeeper.boot;

import static java.util.Objects.requireNonNull;

import io.grantkeeper.caller.Agents;
import io.grantkeeper.client.ClientReseals;
import io.grantkeeper.connection.Reseals;
import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.Sealer;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Moves what is sealed to the primary key, and counts what each key has sealed.
 *
 * <p>Only away from keys that are older than the primary: while a new ring is rolled out replicas have different
 * primaries, and are not to seal back and forth.
 */
@Singleton
final class KeyRotation {

    private static final Logger LOG = Logger.getLogger(KeyRotation.class);
    private static final int AGENTS_AT_ONCE = 100;

    /** Half of the 2³² after which random IVs are no longer safe to be different (NIST SP 800-38D §8.3). */
    private static final long MOST_SEALS = 1L << 31;

    private static final String PROMOTE =
            "update key_check set promoted_at = clock_timestamp() where key_id = $1 and promoted_at is null";

    private static final String OLDER = """
            select key_id from key_check
            where key_id = any ($2) and key_id <> $1
                and coalesce(promoted_at, created_at) < (select promoted_at from key_check where key_id = $1)
            """;

    private static final String COUNT = "update key_check set seals = seals + $2 where key_id = $1 returning seals";

    private final Vertx vertx;
    private final Pool pool;
    private final KeyRingFile keyRing;
    private final Sealer sealer;
    private final Reseals credentials;
    private final ClientReseals clients;
    private final Agents agents;

    KeyRotation(
            Vertx vertx,
            Pool pool,
            KeyRingFile keyRing,
            Sealer sealer,
            Reseals credentials,
            ClientReseals clients,
            Agents agents) {
        this.vertx = vertx;
        this.pool = pool;
        this.keyRing = keyRing;
        this.sealer = sealer;
        this.credentials = credentials;
        this.clients = clients;
        this.agents = agents;
    }

    /** Seals anew what is sealed under older keys, until nothing is. */
    Uni<Void> reseal() {
        KeyRing ring = keyRing.current();
        return pool.preparedQuery(PROMOTE)
                .execute(Tuple.of(ring.primary()))
                .chain(() -> pool.preparedQuery(OLDER)
                        .execute(Tuple.of(ring.primary(), ring.ids().toArray(String[]::new))))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("key_id"))
                        .collect(Collectors.toUnmodifiableSet()))
                .chain(this::sealAnew);
    }

    private Uni<Void> sealAnew(Set<String> older) {
        return older.isEmpty()
                ? Uni.createFrom().voidItem()
                : credentials
                        .reseal(older)
                        .chain(() -> clients.reseal(older))
                        .chain(() ->
                                Uni.createFrom().deferred(() -> agents(older)).runSubscriptionOn(this::onContext));
    }

    private Uni<Void> agents(Set<String> older) {
        AtomicReference<String> last = new AtomicReference<>("");
        return Uni.createFrom()
                .deferred(() -> agents.reseal(older, last.get(), AGENTS_AT_ONCE))
                .invoke(found -> found.ifPresent(last::set))
                .repeat()
                .whilst(Optional::isPresent)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** A Hibernate session belongs to a context of its own, as a request has one. */
    private void onContext(Runnable command) {
        Context context = requireNonNull(VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()));
        VertxContextSafetyToggle.setContextSafe(context, true);
        context.runOnContext(ignored -> command.run());
    }

    /** Adds what this replica has sealed to what all have. */
    Uni<Void> count() {
        return Multi.createFrom()
                .iterable(sealer.takeCounts().entrySet())
                .onItem()
                .transformToUniAndConcatenate(this::add)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> add(Map.Entry<String, Long> sealed) {
        return pool.preparedQuery(COUNT)
                .execute(Tuple.of(sealed.getKey(), sealed.getValue()))
                .invoke(rows -> rows.forEach(row -> warn(sealed.getKey(), row.getLong("seals"))))
                .onFailure()
                .invoke(() -> sealer.count(sealed.getKey(), sealed.getValue()))
                .replaceWithVoid();
    }

    private static void warn(String key, long seals) {
        if (seals >= MOST_SEALS) {
            LOG.errorf("key worn out key=%s seals=%d", key, seals);
        }
    }
}
