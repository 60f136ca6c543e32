package io.grantkeeper.boot;

import io.grantkeeper.provider.BuiltInProviders;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code grantkeeper serve}: starts the service, what must be there before Quarkus first. */
@Command(name = "serve", description = "Runs the service.")
final class ServeCommand implements Callable<Integer> {

    /** Longer than requests and then refreshes are drained for. */
    private static final int SHUTDOWN_SECONDS = 55;

    /** @throws StartRefused or {@link EmbeddedDatabaseException} with what stands in the way */
    @Override
    public Integer call() {
        CountDownLatch served = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger();
        try {
            Groundwork.lay(BootSettings.read()).ifPresent(database -> stopAfter(served, database));
            BuiltInProviders.readAhead();
            Quarkus.run(null, (code, failure) -> {
                tell(failure);
                exitCode.set(code);
            });
        } finally {
            served.countDown();
        }
        return exitCode.get();
    }

    /** A port that is taken is the operator's matter and gets a sentence; anything else is a bug and gets its trace. */
    private static void tell(@Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        takenPort(failure)
                .ifPresentOrElse(
                        taken -> System.err.println("grantkeeper: a port is in use (" + taken.getMessage()
                                + "); QUARKUS_HTTP_PORT and QUARKUS_MANAGEMENT_PORT choose others"),
                        failure::printStackTrace);
    }

    private static Optional<QuarkusBindException> takenPort(Throwable failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof QuarkusBindException taken) {
                return Optional.of(taken);
            }
        }
        return Optional.empty();
    }

    /** PostgreSQL must outlive the requests that are drained, so it is stopped when Quarkus has ended, and not before. */
    private static void stopAfter(CountDownLatch served, EmbeddedDatabase database) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                if (!served.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("grantkeeper: requests were still running when PostgreSQL was stopped");
                }
            } catch (InterruptedException stopNow) {
                Thread.currentThread().interrupt();
            }
            database.close();
        }));
    }
}
