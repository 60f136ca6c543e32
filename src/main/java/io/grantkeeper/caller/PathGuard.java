package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_PATH;

import io.grantkeeper.problem.EarlyProblems;
import io.grantkeeper.problem.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Refuses a request whose path or host has two readings, before any route sees it. */
@Singleton
final class PathGuard {

    /** The highest comes first; those of Quarkus itself are far lower. */
    private static final int FIRST = 100_000;

    private final EarlyProblems problems;

    PathGuard(EarlyProblems problems) {
        this.problems = problems;
    }

    void install(@Observes Filters filters) {
        filters.register(this::guard, FIRST);
    }

    private void guard(RoutingContext exchange) {
        if (isPlain(exchange.request())) {
            exchange.next();
        } else {
            refuse(exchange);
        }
    }

    private static boolean isPlain(HttpServerRequest request) {
        @Nullable String path = request.path();
        return path != null
                && new RawPath(path).isPlain()
                && request.headers().getAll(HttpHeaders.HOST).size() <= 1;
    }

    private void refuse(RoutingContext exchange) {
        problems.answer(
                exchange, Problem.of(INVALID_PATH, "The path or host of this request can be read in two ways."));
    }
}
