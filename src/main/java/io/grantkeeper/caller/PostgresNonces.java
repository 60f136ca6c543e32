package io.grantkeeper.caller;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlResult;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** Every replica's nonces in one table, whose primary key lets one of them in. */
@Singleton
final class PostgresNonces implements Nonces {

    /** A database's clock that runs ahead of ours must not forget a nonce that we still accept. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    /** Each insert clears away a few that have run out, so that the table stays small without a sweeper of its own. */
    private static final String INSERT = """
            WITH swept AS (
              DELETE FROM nonce WHERE ctid IN (
                SELECT ctid FROM nonce WHERE expires_at < now() LIMIT 4 FOR UPDATE SKIP LOCKED))
            INSERT INTO nonce (key_id, nonce, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING""";

    private final Pool pool;

    PostgresNonces(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Uni<Boolean> remember(String keyId, String nonce, Instant expiresAt) {
        return pool.preparedQuery(INSERT)
                .execute(Tuple.of(keyId, nonce, expiresAt.plus(CLOCKS_APART).atOffset(ZoneOffset.UTC)))
                .map(SqlResult::rowCount)
                .map(inserted -> inserted == 1);
    }
}
