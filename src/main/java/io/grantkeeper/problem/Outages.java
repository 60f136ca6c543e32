package io.grantkeeper.problem;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from a bug of ours. */
final class Outages {

    /** SQLSTATE classes: connection, resources, operator intervention, system error. */
    private static final Set<String> CLASSES = Set.of("08", "53", "57", "58");

    /** SQLSTATEs: a standby that takes no writes, locks that are not to be had, a serialization failure. */
    private static final Set<String> STATES = Set.of("25006", "55P03", "40001", "40P01");

    private Outages() {}

    static boolean isOne(Throwable failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof PgException refused) {
                return isOne(refused);
            }
            if (each instanceof IOException
                    || each instanceof TimeoutException
                    || isClosedConnection(each)
                    || isWithoutConnection(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOne(PgException refused) {
        String state = String.valueOf(refused.getSqlState());
        return STATES.contains(state) || (state.length() == 5 && CLASSES.contains(state.substring(0, 2)));
    }

    /**
     * What the client says, in a type that everything uses, when no connection became free in time, and when the one that
     * became free had just been closed.
     */
    private static boolean isWithoutConnection(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof NoStackTraceThrowable
                && (message.equals("Timeout") || message.startsWith("Connection is not active now"));
    }

    /** The client has no type of its own for it: {@code ClosedConnectionException} extends this one, nothing else here. */
    private static boolean isClosedConnection(Throwable failure) {
        return failure instanceof VertxException;
    }
}
