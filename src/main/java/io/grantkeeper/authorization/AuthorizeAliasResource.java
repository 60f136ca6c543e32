package io.grantkeeper.authorization;

import io.grantkeeper.caller.OpenToAnyone;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The address of the authorize endpoint in programs that were written against other products. */
@Path("/api/oauth/authorize")
public class AuthorizeAliasResource {

    private final AuthorizationResource authorization;

    AuthorizeAliasResource(AuthorizationResource authorization) {
        this.authorization = authorization;
    }

    @GET
    @OpenToAnyone
    @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public Uni<Response> authorize(@Context UriInfo uri, @Context HttpServerRequest request) {
        return authorization.authorize(uri, request);
    }
}
