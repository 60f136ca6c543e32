package io.grantkeeper.boot;

import io.grantkeeper.secret.KeyChecks;
import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.Randomness;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Stores a check for every key of the ring, so that the next start can tell this ring from another. */
@Singleton
final class StoredKeyChecks {

    private static final String STORE = "insert into key_check (key_id, sealed) values ($1, $2) on conflict do nothing";

    private final Pool pool;
    private final KeyRingFile keyRing;
    private final Randomness randomness;
    private volatile Set<String> stored = Set.of();

    StoredKeyChecks(Pool pool, KeyRingFile keyRing, Randomness randomness) {
        this.pool = pool;
        this.keyRing = keyRing;
        this.randomness = randomness;
    }

    /** Stores what is not stored yet; a ring that has not changed costs nothing. */
    Uni<Void> store() {
        KeyRing ring = keyRing.current();
        if (stored.equals(ring.ids())) {
            return Uni.createFrom().voidItem();
        }
        // The primary last: of several that come at once it is the youngest.
        List<Tuple> checks = KeyChecks.of(ring, randomness).entrySet().stream()
                .sorted(Comparator.comparing(check -> check.getKey().equals(ring.primary())))
                .map(check -> Tuple.of(check.getKey(), Buffer.buffer(check.getValue())))
                .toList();
        return pool.preparedQuery(STORE)
                .executeBatch(checks)
                .invoke(() -> stored = ring.ids())
                .replaceWithVoid();
    }
}
