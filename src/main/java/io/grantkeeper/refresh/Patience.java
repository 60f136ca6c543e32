package io.grantkeeper.refresh;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** How long the engine waits for one statement. A database that accepts and says nothing is one that is away. */
final class Patience {

    /** More than the limits that PostgreSQL itself keeps. */
    private static final Duration STATEMENT = Duration.ofSeconds(6);

    private Patience() {}

    /** Fails with {@link TimeoutException} when nothing was heard; what became of the statement is unknown then. */
    static <T> Uni<T> withDatabase(Uni<T> statement) {
        return statement.ifNoItem().after(STATEMENT).failWith(() -> new TimeoutException("no answer by the database"));
    }
}
