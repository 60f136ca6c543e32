package io.grantkeeper.authorization;

import io.grantkeeper.caller.CurrentCaller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets a stream begin where there is something to tell: once it has, only its end can say that something is wrong. */
@Singleton
final class FlowAdmission {

    private final CurrentCaller caller;
    private final FlowEvents events;

    FlowAdmission(CurrentCaller caller, FlowEvents events) {
        this.caller = caller;
        this.events = events;
    }

    /** Nothing to let the request go on; whoever comes again having heard the end is told to come no more. */
    @Followed
    @ServerRequestFilter(priority = Priorities.USER)
    Uni<@Nullable Response> admit(ContainerRequestContext request, HttpServerRequest http) {
        http.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        UriInfo uri = request.getUriInfo();
        String id = uri.getPathParameters().getFirst("id");
        String lastHeard = request.getHeaderString(HttpHeaders.LAST_EVENT_ID_HEADER);
        return events.begin(AskedFlow.of(id, uri, caller))
                .map(now -> now.ended() && now.status().equals(lastHeard)
                        ? Response.noContent().build()
                        : null);
    }
}
