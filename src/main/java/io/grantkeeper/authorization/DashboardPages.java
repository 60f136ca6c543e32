package io.grantkeeper.authorization;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Which pages' scripts may read an answer, by the Fetch standard's CORS protocol: those on the configured origins. */
@Singleton
final class DashboardPages {

    private static final int BEFORE = Priorities.AUTHENTICATION - 1;
    private static final String ORIGIN = "Origin";
    private static final String ASKED_METHOD = "Access-Control-Request-Method";

    /** For how long, in seconds, a browser need not ask again. */
    private static final int REMEMBERED = 600;

    private final List<String> origins;

    DashboardPages(ReturnTargets targets) {
        this.origins = targets.origins();
    }

    /** Before the request is looked at, so that a page can read why it is refused. */
    @ReadByPages
    @ServerRequestFilter(priority = BEFORE)
    void allow(HttpServerRequest request) {
        MultiMap headers = request.response().headers();
        headers.set("Vary", ORIGIN);
        @Nullable String origin = request.getHeader(ORIGIN);
        if (origin != null && isOurs(origin)) {
            headers.set("Access-Control-Allow-Origin", origin);
            headers.set("Access-Control-Allow-Credentials", "true");
        }
    }

    /** What a browser is told that asks before it sends a script's request; anything else is a method like any other. */
    Response preflight(HttpServerRequest request) {
        if (!isOurs(request.getHeader(ORIGIN)) || request.getHeader(ASKED_METHOD) == null) {
            throw new NotAllowedException("GET", new String[] {"HEAD"});
        }
        return Response.noContent()
                .header("Access-Control-Allow-Methods", "GET")
                .header("Access-Control-Allow-Headers", "Authorization, Last-Event-ID")
                .header("Access-Control-Max-Age", REMEMBERED)
                .build();
    }

    private boolean isOurs(@Nullable String origin) {
        return origin != null && origins.contains(origin);
    }
}
