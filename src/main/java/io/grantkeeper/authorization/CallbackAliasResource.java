package io.grantkeeper.authorization;

import io.grantkeeper.caller.OpenToAnyone;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The redirect URIs of clients that were registered for other products. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@OpenToAnyone
public class CallbackAliasResource {

    private final CallbackResource callback;

    CallbackAliasResource(CallbackResource callback) {
        this.callback = callback;
    }

    @GET
    @Path("/oauth/callback")
    @Operation(hidden = true)
    public Uni<Response> callback(@Context UriInfo uri, @Context HttpServerRequest request) {
        return callback.finish(uri, request, Optional.empty());
    }

    @GET
    @Path("/api/oauth/plugin/{plugin}/callback")
    @Operation(hidden = true)
    public Uni<Response> pluginsCallback(
            @PathParam("plugin") String plugin, @Context UriInfo uri, @Context HttpServerRequest request) {
        return callback.finish(uri, request, Optional.of(plugin));
    }
}
