package io.grantkeeper.boot;

import io.grantkeeper.cli.CommandFailed;
import io.grantkeeper.cli.DashboardCommand;
import io.grantkeeper.provider.BuiltInProviders;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Starts the service, what must be there before Quarkus first, or runs a command that needs no Quarkus. */
@QuarkusMain
public final class Main {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    /** Longer than requests and then refreshes are drained for. */
    private static final int SHUTDOWN_SECONDS = 55;

    Main() {}

    public static void main(String... arguments) {
        int exitCode = switch (String.join(" ", arguments)) {
            case "", "serve" -> serve();
            case "dashboard" -> dashboard();
            default -> usage();
        };
        // In dev mode the process goes on, and runs this again after a reload.
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
            System.exit(exitCode);
        }
    }

    private static int usage() {
        System.err.println("Usage: grantkeeper [serve | dashboard]");
        return WRONG_USAGE;
    }

    private static int dashboard() {
        try {
            BootSettings settings = BootSettings.read();
            new DashboardCommand(settings.server(), settings.home()).run(System.out);
            return 0;
        } catch (CommandFailed failure) {
            System.err.println("grantkeeper: " + failure.getMessage());
            return FAILED;
        }
    }

    private static int serve() {
        CountDownLatch served = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger();
        try {
            Groundwork.lay(BootSettings.read()).ifPresent(database -> stopAfter(served, database));
            BuiltInProviders.readAhead();
            Quarkus.run(null, (code, failure) -> {
                tell(failure);
                exitCode.set(code);
            });
        } catch (StartRefused | EmbeddedDatabaseException refusal) {
            System.err.println("grantkeeper: " + refusal.getMessage());
            exitCode.set(FAILED);
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
