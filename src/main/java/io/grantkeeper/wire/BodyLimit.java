package io.grantkeeper.wire;

import io.grantkeeper.problem.EarlyProblems;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that says it is too long before any of it is read.
 *
 * <p>The HTTP server has the same limit, and cuts off a body that does not say how long it is.
 */
@Singleton
final class BodyLimit {

    static final int MAX_BYTES = 1024 * 1024;

    /** Before the server's own limit, whose answer is empty. */
    private static final int EARLY = 90_000;

    private final EarlyProblems problems;

    BodyLimit(EarlyProblems problems) {
        this.problems = problems;
    }

    void install(@Observes Filters filters) {
        filters.register(this::limit, EARLY);
    }

    private void limit(RoutingContext exchange) {
        if (isTooLong(exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH))) {
            problems.answer(exchange, Problem.of(ProblemCode.CONTENT_TOO_LARGE, "A body has 1 MB at most."));
        } else {
            exchange.next();
        }
    }

    private static boolean isTooLong(@Nullable String contentLength) {
        if (contentLength == null || !contentLength.matches("\\d{1,18}")) {
            return false;
        }
        return Long.parseLong(contentLength) > MAX_BYTES;
    }
}
