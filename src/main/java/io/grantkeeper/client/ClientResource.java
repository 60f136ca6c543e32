package io.grantkeeper.client;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jspecify.annotations.Nullable;

/** Lets users bring a client of their account's own to a provider. */
@Path("/api/apps/providers/{provider}/client")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "providers")
public class ClientResource {

    private static final String ACCOUNT = "accountId";
    private static final String WHICH = "One of your accounts, where you have several";

    private final CurrentCaller caller;
    private final Providers providers;
    private final OwnClients clients;

    ClientResource(CurrentCaller caller, Providers providers, OwnClients clients) {
        this.caller = caller;
        this.providers = providers;
        this.clients = clients;
    }

    @GET
    @Operation(summary = "The account's own client at a provider, without its secret", operationId = "client")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = WHICH)
    public Uni<ClientView> get(@PathParam("provider") String provider, @Context UriInfo uri) {
        AccountId account = account(caller.requireUser(), uri);
        return clients.require(account, providers.require(provider)).map(ClientView::of);
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Has the account use a client of its own for whatever is new there",
            operationId = "bringClient")
    @APIResponse(responseCode = "201", description = "The account had none there")
    @APIResponse(responseCode = "204", description = "It takes the place of the one that the account had")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = WHICH)
    public Uni<RestResponse<Void>> bring(
            @PathParam("provider") String id, @Nullable NewClient body, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account = account(user, uri);
        Provider provider = providers.require(id);
        return clients.bring(NewClient.required(body).registration(provider), provider, account, user)
                .map(first -> RestResponse.status(first ? Status.CREATED : Status.NO_CONTENT));
    }

    @DELETE
    @Operation(
            summary = "Has the account use the operator's client again for whatever is new there",
            operationId = "putClientAway")
    @APIResponse(responseCode = "204", description = "Done; what is connected by it goes on")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = WHICH)
    public Uni<Void> putAway(@PathParam("provider") String provider, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account = account(user, uri);
        return clients.putAway(providers.require(provider), account, user);
    }

    private static AccountId account(User user, UriInfo uri) {
        return user.account(Query.of(uri, ACCOUNT).text(ACCOUNT).orElse(null));
    }
}
