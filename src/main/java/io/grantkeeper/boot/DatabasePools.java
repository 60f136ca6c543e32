package io.grantkeeper.boot;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.grantkeeper.connection.Reserved;
import io.grantkeeper.replica.DirectConnections;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the database: how long each may be waited for, and which are kept for what.
 *
 * <p>A database that hangs must not keep connections: one that does not answer for longer than a statement may take is
 * closed.
 */
@Singleton
final class DatabasePools implements PgPoolCreator, DirectConnections {

    private static final int RESERVED = 4;
    private static final String LOCK_TIMEOUT = "2s";
    private static final String STATEMENT_TIMEOUT = "5s";

    private static final String LINGER = "select pg_sleep(0.005)";

    /**
     * How long each is waited for.
     *
     * @param connect until a new connection stands
     * @param acquire until a connection of the pool is free
     * @param answer until a connection is closed on which nothing is answered; longer than {@link #STATEMENT_TIMEOUT}, so
     *     that the database's own answer comes first where it gives one
     */
    record Limits(Duration connect, Duration acquire, Duration answer) {}

    private final Pool general;
    private final Limits limits;
    private volatile @Nullable Input input;

    @Inject
    DatabasePools(Pool general) {
        this(general, new Limits(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(6)));
    }

    DatabasePools(Pool general, Limits limits) {
        this.general = general;
        this.limits = limits;
    }

    /** The general pool, made when Quarkus asks for it, which knows where the database is. */
    @Override
    public io.vertx.sqlclient.Pool create(Input from) {
        input = from;
        return pool(from, within(from.poolOptions()));
    }

    @Produces
    @Reserved
    @ApplicationScoped
    Pool reserved() {
        Input from = input();
        PoolOptions options =
                within(new PoolOptions(from.poolOptions())).setName("reserved").setMaxSize(RESERVED);
        return new Pool(pool(from, options));
    }

    void close(@Disposes @Reserved Pool reserved) {
        reserved.closeAndForget();
    }

    /** Uses all of the reserved connections at once, so that each is there, and answers, when it is needed. */
    Uni<Void> keep(Pool reserved) {
        List<Uni<Void>> each = Stream.generate(
                        () -> reserved.query(LINGER).execute().replaceWithVoid())
                .limit(RESERVED)
                .toList();
        return Uni.join().all(each).andCollectFailures().replaceWithVoid();
    }

    @Override
    public Uni<PgConnection> open() {
        Input from = input();
        PgConnectOptions options = within(
                        new PgConnectOptions(from.pgConnectOptionsList().getFirst()))
                .addProperty("application_name", "grantkeeper-channel");
        return PgConnection.connect(Vertx.newInstance(from.vertx()), options)
                .invoke(fresh -> AnswerLimit.setOn(fresh.getDelegate(), limits.answer()));
    }

    /** Asking the general pool anything has it made. */
    private Input input() {
        if (input == null) {
            general.size();
        }
        return Objects.requireNonNull(input);
    }

    private io.vertx.sqlclient.Pool pool(Input from, PoolOptions options) {
        return PgBuilder.pool()
                .with(options)
                .connectingTo(from.pgConnectOptionsList().stream()
                        .<SqlConnectOptions>map(each -> within(new PgConnectOptions(each)))
                        .toList())
                .withConnectHandler(this::limit)
                .using(from.vertx())
                .build();
    }

    /** A pool takes the connection over when it is closed here. */
    private void limit(SqlConnection fresh) {
        AnswerLimit.setOn(fresh, limits.answer());
        fresh.close();
    }

    private PoolOptions within(PoolOptions options) {
        return options.setConnectionTimeout(millis(limits.acquire())).setConnectionTimeoutUnit(MILLISECONDS);
    }

    private PgConnectOptions within(PgConnectOptions options) {
        return options.setConnectTimeout(millis(limits.connect()))
                .addProperty("lock_timeout", LOCK_TIMEOUT)
                .addProperty("statement_timeout", STATEMENT_TIMEOUT);
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
