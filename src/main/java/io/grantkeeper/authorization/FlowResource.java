package io.grantkeeper.authorization;

import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.OpenToAnyone;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** Tells how far a flow is, once or as it goes on, to the dashboard's pages too. */
@Path("/api/apps/authorize")
@ReadByPages
@Tag(name = "authorization")
public class FlowResource {

    private final CurrentCaller caller;
    private final FlowEvents events;
    private final DashboardPages pages;

    FlowResource(CurrentCaller caller, FlowEvents events, DashboardPages pages) {
        this.caller = caller;
        this.events = events;
        this.pages = pages;
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a flow is", operationId = "authorizationStatus")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    @APIResponse(
            responseCode = "200",
            description = "What is so now; as an event stream, each change until the flow has ended",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FlowStatus.class)),
                @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(implementation = FlowStatus.class))
            })
    public Uni<FlowStatus> status(@PathParam("id") String id, @Context UriInfo uri) {
        return events.status(AskedFlow.of(id, uri, caller));
    }

    /** Only of a flow that {@link FlowAdmission} let through: a stream that has begun has no other status any more. */
    @GET
    @Path("/{id}")
    @Produces(MediaType.SERVER_SENT_EVENTS + ";qs=0.5")
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Followed
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> follow(@PathParam("id") String id, @Context UriInfo uri, @Context Sse sse) {
        return events.follow(AskedFlow.of(id, uri, caller))
                .map(status ->
                        sse.newEventBuilder().id(status.status()).data(status).build());
    }

    /** Asked by browsers before a page of another origin may send a header of its own. */
    @OPTIONS
    @Path("/{id}")
    @OpenToAnyone
    @Operation(hidden = true)
    public Response preflight(@Context HttpServerRequest request) {
        return pages.preflight(request);
    }
}
