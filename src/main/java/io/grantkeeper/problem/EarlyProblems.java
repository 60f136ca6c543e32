package io.grantkeeper.problem;

import io.grantkeeper.secret.Randomness;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Answers problems that are found before a request reaches a resource, in the form that all others have. */
@ApplicationScoped
public class EarlyProblems {

    private static final int REQUEST_ID_BYTES = 8;

    private final Randomness randomness;

    EarlyProblems(Randomness randomness) {
        this.randomness = randomness;
    }

    /** Ends the exchange; nothing of the request is read any more. */
    public void answer(RoutingContext exchange, Problem problem) {
        HttpServerResponse response = exchange.response()
                .setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!exchange.request().isEnded()) {
            response.putHeader(HttpHeaders.CONNECTION, "close");
        }
        response.end(new JsonObject(ProblemBody.of(problem, randomness.hex(REQUEST_ID_BYTES))).encode());
    }
}
