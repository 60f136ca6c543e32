package io.grantkeeper.authorization;

import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.OpenToAnyone;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where providers send browsers back to. Nobody has to be signed in: the state is the proof. */
@Path("/api/apps/callback")
@Produces(MediaType.TEXT_HTML)
@OpenToAnyone
@Tag(name = "authorization")
public class CallbackResource {

    private final CurrentCaller caller;
    private final Callbacks callbacks;
    private final BrowserLeg browser;

    CallbackResource(CurrentCaller caller, Callbacks callbacks, BrowserLeg browser) {
        this.caller = caller;
        this.callbacks = callbacks;
        this.browser = browser;
    }

    @GET
    @Operation(summary = "The redirect URI", operationId = "callback")
    public Uni<Response> callback(@Context UriInfo uri, @Context HttpServerRequest request) {
        return finish(uri, request, Optional.empty());
    }

    @GET
    @Path("/{provider}")
    @Operation(summary = "The redirect URI of an operator's own provider", operationId = "callbackOfProvider")
    public Uni<Response> callback(
            @PathParam("provider") String provider, @Context UriInfo uri, @Context HttpServerRequest request) {
        return finish(uri, request, Optional.of(provider));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response posted(MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return again(form, uri);
    }

    @POST
    @Path("/{provider}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response posted(
            @PathParam("provider") String provider, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return again(form, uri);
    }

    /** A post from the provider's site carries no cookie of ours; the navigation that follows does. */
    private static Response again(MultivaluedMap<String, String> form, UriInfo uri) {
        UriBuilder same = UriBuilder.fromPath(uri.getPath());
        form.forEach((name, values) ->
                values.forEach(value -> same.queryParam(name, "{value}").resolveTemplate("value", value)));
        return Response.seeOther(same.build())
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    /** @param path the provider whose own path it is; empty on the common one */
    Uni<Response> finish(UriInfo uri, HttpServerRequest request, Optional<String> path) {
        Navigation navigation = Navigation.ofPerson(request);
        return browser.answer(
                navigation,
                () -> callbacks
                        .end(returned(uri.getQueryParameters(), navigation, path))
                        .chain(browser::end));
    }

    private Returned returned(MultivaluedMap<String, String> parameters, Navigation navigation, Optional<String> path) {
        CallbackQuery query = CallbackQuery.of(parameters);
        return new Returned(
                query.state(),
                query.code(),
                query.error(),
                query.issuer(),
                CallbackParameters.of(parameters),
                path,
                caller.user(),
                navigation::cookie);
    }
}
