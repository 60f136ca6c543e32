package io.grantkeeper.connection;

import io.grantkeeper.connection.TokenSeals.Column;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Seals credentials anew that are sealed under a key which is on its way out: row by row, each by compare-and-set on its
 * version, so that it may be broken off anywhere and done by any number of replicas.
 *
 * <p>The version stays: the tokens are the same. The digest of an imported token stays, too, since the token is not kept:
 * once its key is gone, that token is not known any more as one that was imported.
 */
@ApplicationScoped
public class Reseals {

    private static final Logger LOG = Logger.getLogger(Reseals.class);
    private static final int BATCH = 100;
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String SEALED_UNDER = "select " + Rows.CONNECTION + ", " + Rows.CREDENTIAL
            + ", k.sealed_previous, k.key_id"
            + " from connection c join credential k on k.connection_id = c.id"
            + " where k.key_id = $1 and k.connection_id > $2 order by k.connection_id limit " + BATCH;

    private static final String RESEAL = """
            update credential set
                sealed_access = $4, sealed_refresh = $5, sealed_previous = $6, sealed_client_secret = $7,
                refresh_fingerprint = $8, previous_fingerprint = $9, key_id = $10
            where connection_id = $1 and version = $2 and key_id = $3
            """;

    private final Pool pool;
    private final TokenSeals seals;

    Reseals(Pool pool, TokenSeals seals) {
        this.pool = pool;
        this.seals = seals;
    }

    /** Seals anew, under the primary key, all that is sealed under these. For whoever keeps time. */
    public Uni<Void> reseal(Set<String> olderKeys) {
        return Multi.createFrom()
                .iterable(olderKeys)
                .onItem()
                .transformToUniAndConcatenate(this::from)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** What does not open is passed over, and looked at again in the next round. */
    private Uni<Void> from(String key) {
        AtomicReference<UUID> last = new AtomicReference<>(BEFORE_ALL);
        AtomicLong broken = new AtomicLong();
        return Uni.createFrom()
                .deferred(() -> pool.preparedQuery(SEALED_UNDER).execute(Tuple.of(key, last.get())))
                .call(rows -> each(rows, key, last, broken))
                .repeat()
                .whilst(rows -> rows.size() == BATCH)
                .collect()
                .last()
                .invoke(() -> tell(key, broken.get()))
                .replaceWithVoid();
    }

    private static void tell(String key, long broken) {
        if (broken > 0) {
            LOG.errorf("seals broken key=%s credentials=%d", key, broken);
        }
    }

    private Uni<Void> each(RowSet<Row> rows, String key, AtomicReference<UUID> last, AtomicLong broken) {
        return Multi.createFrom()
                .iterable(rows)
                .onItem()
                .transformToUniAndConcatenate(row -> one(row, key, broken).invoke(() -> last.set(row.getUUID("id"))))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> one(Row row, String key, AtomicLong broken) {
        try {
            return pool.preparedQuery(RESEAL)
                    .execute(resealed(Rows.held(row), row, key))
                    .replaceWithVoid();
        } catch (SealBroken passedOver) {
            broken.incrementAndGet();
            return Uni.createFrom().voidItem();
        }
    }

    private Tuple resealed(Held held, Row row, String key) {
        Optional<Secret> refresh = open(held, held.credential().sealedRefresh(), Column.REFRESH);
        Optional<Secret> previous = open(held, Rows.bytes(row, "sealed_previous"), Column.PREVIOUS);
        byte[] access = seals.seal(
                open(held, held.credential().sealedAccess(), Column.ACCESS).orElseThrow(),
                Column.ACCESS,
                held.connection());
        return Tuple.tuple()
                .addUUID(held.connection().id().value())
                .addLong(held.version())
                .addString(key)
                .addValue(Buffer.buffer(access))
                .addValue(seal(held, refresh, Column.REFRESH))
                .addValue(seal(held, previous, Column.PREVIOUS))
                .addValue(seal(
                        held,
                        open(held, held.credential().sealedClientSecret(), Column.CLIENT_SECRET),
                        Column.CLIENT_SECRET))
                .addValue(fingerprint(refresh))
                .addValue(fingerprint(previous))
                .addString(Sealer.keyIdOf(access));
    }

    private Optional<Secret> open(Held held, byte @Nullable [] sealed, Column column) {
        return Optional.ofNullable(sealed).map(bytes -> seals.unseal(bytes, column, held.connection()));
    }

    /** For {@code addValue}, since {@code addBuffer} takes no null. */
    private @Nullable Buffer seal(Held held, Optional<Secret> secret, Column column) {
        return secret.map(each -> Buffer.buffer(seals.seal(each, column, held.connection())))
                .orElse(null);
    }

    private @Nullable Buffer fingerprint(Optional<Secret> token) {
        return token.map(each -> Buffer.buffer(seals.fingerprint(each))).orElse(null);
    }
}
