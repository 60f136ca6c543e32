package io.grantkeeper.registry;

import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.wire.Query;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Lists what can be connected. */
@Path("/api/apps/providers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "providers")
public class ProvidersResource {

    private final CurrentCaller caller;
    private final Listing listing;

    ProvidersResource(CurrentCaller caller, Listing listing) {
        this.caller = caller;
        this.listing = listing;
    }

    @GET
    @NonBlocking
    @Operation(summary = "What can be connected, in the order of display names", operationId = "providers")
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, description = "The ETag of an answer at hand")
    @APIResponse(
            responseCode = "200",
            description = "The registry, with an ETag",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ProviderView.class)))
    @APIResponse(responseCode = "304", description = "The answer at hand is still right")
    public RestResponse<byte[]> list(@Context UriInfo uri, @Context HttpHeaders headers) {
        var unusedCaller = caller.require();
        var unusedQuery = Query.of(uri);
        Listing.Rendered now = listing.now();
        boolean atHand = now.tag().isAmong(String.join(",", headers.getRequestHeader(HttpHeaders.IF_NONE_MATCH)));
        return (atHand ? ResponseBuilder.<byte[]>create(Status.NOT_MODIFIED) : ResponseBuilder.ok(now.json()))
                .header(HttpHeaders.ETAG, now.tag().value())
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=300")
                .build();
    }
}
