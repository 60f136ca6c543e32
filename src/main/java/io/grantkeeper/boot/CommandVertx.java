package io.grantkeeper.boot;

import io.grantkeeper.rehearsal.Awaiting;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The Vert.x of a command, made when it is first wanted, and the waiting for what is done on it. */
final class CommandVertx implements Supplier<Vertx>, Awaiting, AutoCloseable {

    /** Longer than the deadline of any call. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private @Nullable Vertx vertx;

    CommandVertx() {
        // Names are resolved as Quarkus has Vert.x do it.
        System.setProperty("vertx.disableDnsResolver", "true");
        // A command is not so busy that it needs what newer Javas warn of on standard error.
        System.setProperty("io.netty.noUnsafe", "true");
    }

    @Override
    public Vertx get() {
        if (vertx == null) {
            vertx = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(2)
                    .setInternalBlockingPoolSize(2));
        }
        return vertx;
    }

    @Override
    public <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    @Override
    public void close() {
        if (vertx != null) {
            Uni.createFrom()
                    .completionStage(vertx.close().toCompletionStage())
                    .await()
                    .atMost(PATIENCE);
        }
    }
}
