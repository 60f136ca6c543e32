package io.grantkeeper.registry;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.client.ProvidersOfAccount;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.Set;
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
    private final ProvidersOfAccount own;

    ProvidersResource(CurrentCaller caller, Listing listing, ProvidersOfAccount own) {
        this.caller = caller;
        this.listing = listing;
        this.own = own;
    }

    @GET
    @Operation(summary = "What can be connected, in the order of display names", operationId = "providers")
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, description = "The ETag of an answer at hand")
    @Parameter(
            name = "accountId",
            in = ParameterIn.QUERY,
            description = "One of your accounts, where you have several: what it has clients for is configured, too")
    @APIResponse(
            responseCode = "200",
            description = "The registry, with an ETag",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ProviderView.class)))
    @APIResponse(responseCode = "304", description = "The answer at hand is still right")
    public Uni<RestResponse<byte[]>> list(@Context UriInfo uri, @Context HttpHeaders headers) {
        Caller current = caller.require();
        String atHand = String.join(",", headers.getRequestHeader(HttpHeaders.IF_NONE_MATCH));
        return account(current, Query.of(uri, "accountId").text("accountId"))
                .map(own::providersOf)
                .orElseGet(() -> Uni.createFrom().item(Set.of()))
                .map(listing::now)
                .map(now -> answer(now, atHand));
    }

    /** None where a user has several and names none: what all of them have is told then. */
    private static Optional<AccountId> account(Caller caller, Optional<String> asked) {
        boolean several = caller instanceof User user && user.organisations().size() > 1;
        return several && asked.isEmpty() ? Optional.empty() : Optional.of(caller.account(asked.orElse(null)));
    }

    private static RestResponse<byte[]> answer(Listing.Rendered now, String ifNoneMatch) {
        boolean atHand = now.tag().isAmong(ifNoneMatch);
        return (atHand ? ResponseBuilder.<byte[]>create(Status.NOT_MODIFIED) : ResponseBuilder.ok(now.json()))
                .header(HttpHeaders.ETAG, now.tag().value())
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=300")
                .build();
    }
}
