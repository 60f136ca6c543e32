package io.grantkeeper.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.wire.Query;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
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
    private final Providers providers;
    private final ClientRegistrations registrations;
    private final ObjectMapper json;

    ProvidersResource(CurrentCaller caller, Providers providers, ClientRegistrations registrations, ObjectMapper json) {
        this.caller = caller;
        this.providers = providers;
        this.registrations = registrations;
        this.json = json;
    }

    @GET
    @NonBlocking
    @Operation(summary = "What can be connected, in the order of display names", operationId = "providers")
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, description = "The ETag of an answer at hand")
    @APIResponse(responseCode = "200", description = "The registry, with an ETag")
    @APIResponse(responseCode = "304", description = "The answer at hand is still right")
    public RestResponse<List<ProviderView>> list(@Context UriInfo uri, @Context HttpHeaders headers)
            throws JsonProcessingException {
        var unusedCaller = caller.require();
        var unusedQuery = Query.of(uri);
        List<ProviderView> views = views();
        ContentTag tag = ContentTag.of(json.writeValueAsBytes(views));
        boolean atHand = tag.isAmong(String.join(",", headers.getRequestHeader(HttpHeaders.IF_NONE_MATCH)));
        return (atHand ? ResponseBuilder.<List<ProviderView>>create(Status.NOT_MODIFIED) : ResponseBuilder.ok(views))
                .header(HttpHeaders.ETAG, tag.value())
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=300")
                .build();
    }

    private List<ProviderView> views() {
        return providers.all().stream()
                .map(provider ->
                        ProviderView.of(provider, registrations.find(provider).isPresent()))
                .toList();
    }
}
