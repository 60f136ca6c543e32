package io.grantkeeper.client;

import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Sealer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** Seals clients anew that are sealed under a key which is on its way out: row by row, unless one has changed meanwhile. */
@ApplicationScoped
public class ClientReseals {

    private static final Logger LOG = Logger.getLogger(ClientReseals.class);
    private static final int BATCH = 100;
    private static final StoredClient BEFORE_ALL = new StoredClient("", "", "", null, Instant.EPOCH);

    private static final String SEALED_UNDER = "select " + StoredClients.COLUMNS + " from client"
            + " where key_id = any ($1) and (account_id, provider, client_id) > ($2, $3, $4)"
            + " order by account_id, provider, client_id limit " + BATCH;

    private static final String RESEAL = """
            update client set sealed_secret = $5, key_id = $6
            where account_id = $1 and provider = $2 and client_id = $3 and sealed_secret = $4
            """;

    private final Pool pool;
    private final ClientSeals seals;

    ClientReseals(Pool pool, ClientSeals seals) {
        this.pool = pool;
        this.seals = seals;
    }

    /** Seals anew, under the primary key, all that is sealed under these; what does not open is passed over. */
    public Uni<Void> reseal(Set<String> olderKeys) {
        AtomicReference<StoredClient> last = new AtomicReference<>(BEFORE_ALL);
        AtomicLong broken = new AtomicLong();
        return Uni.createFrom()
                .deferred(() -> sealedUnder(olderKeys, last.get()))
                .call(clients -> each(clients, last, broken))
                .repeat()
                .whilst(clients -> clients.size() == BATCH)
                .collect()
                .last()
                .invoke(() -> tell(broken.get()))
                .replaceWithVoid();
    }

    private static void tell(long broken) {
        if (broken > 0) {
            LOG.errorf("seals broken clients=%d", broken);
        }
    }

    private Uni<List<StoredClient>> sealedUnder(Set<String> keys, StoredClient after) {
        return pool.preparedQuery(SEALED_UNDER)
                .execute(Tuple.of(keys.toArray(String[]::new), after.account(), after.provider(), after.id()))
                .map(StoredClients::all);
    }

    private Uni<Void> each(List<StoredClient> clients, AtomicReference<StoredClient> last, AtomicLong broken) {
        return Multi.createFrom()
                .iterable(clients)
                .onItem()
                .transformToUniAndConcatenate(client -> one(client, broken).invoke(() -> last.set(client)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> one(StoredClient client, AtomicLong broken) {
        try {
            return written(client, Objects.requireNonNull(seals.sealAnew(client)));
        } catch (SealBroken passedOver) {
            broken.incrementAndGet();
            return Uni.createFrom().voidItem();
        }
    }

    private Uni<Void> written(StoredClient client, byte[] sealed) {
        return pool.preparedQuery(RESEAL)
                .execute(Tuple.tuple()
                        .addString(client.account())
                        .addString(client.provider())
                        .addString(client.id())
                        .addValue(Buffer.buffer(Objects.requireNonNull(client.sealedSecret())))
                        .addValue(Buffer.buffer(sealed))
                        .addString(Sealer.keyIdOf(sealed)))
                .replaceWithVoid();
    }
}
