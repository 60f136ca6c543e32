package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.Agents;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.connection.Connections.Filter;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.wire.Page;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Lists, imports and removes connections. */
@Path("/api/apps")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "connections")
public class ConnectionsResource {

    private final CurrentCaller caller;
    private final Connections connections;
    private final Imports imports;
    private final Removal removal;
    private final AgentAccess access;
    private final Agents agents;
    private final Providers providers;

    ConnectionsResource(
            CurrentCaller caller,
            Connections connections,
            Imports imports,
            Removal removal,
            AgentAccess access,
            Agents agents,
            Providers providers) {
        this.caller = caller;
        this.connections = connections;
        this.imports = imports;
        this.removal = removal;
        this.access = access;
        this.agents = agents;
        this.providers = providers;
    }

    @GET
    @Operation(summary = "The connections that the caller may see", operationId = "connections")
    @Parameter(name = "provider", in = ParameterIn.QUERY)
    @Parameter(name = "status", in = ParameterIn.QUERY, description = "active or error")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most; 50, ≤ 200")
    @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "The nextCursor of the page before")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<Page<ConnectionView>> list(@Context UriInfo uri) {
        var current = caller.require();
        Query query = Query.of(uri, "provider", "status", "limit", "cursor", "accountId");
        Visibility visibility = Visibility.of(current, query.text("accountId").orElse(null));
        int limit = query.number("limit", 1, Page.MAX_LIMIT, Page.DEFAULT_LIMIT);
        Filter oneMore = new Filter(
                query.text("provider"),
                status(query),
                query.text("cursor").map(this::cursor),
                limit + 1,
                Optional.empty());
        return connections
                .list(visibility, oneMore)
                .map(found ->
                        Page.of(found, limit, last -> last.connection().id().toString()))
                .map(page -> page.map(this::view));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One connection, without its tokens", operationId = "connection")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<ConnectionView> get(@PathParam("id") String id, @Context UriInfo uri) {
        return connections.require(ConnectionId.parse(id), visibility(uri)).map(this::view);
    }

    @GET
    @Path("/{id}/connected")
    @Operation(summary = "Whether the connection is there and alive", operationId = "connected")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<Connected> connected(@PathParam("id") String id, @Context UriInfo uri) {
        return connections
                .require(ConnectionId.parse(id), visibility(uri))
                .map(listed -> new Connected(listed.connection().state() instanceof Connection.State.Active));
    }

    @POST
    @Operation(summary = "Imports a grant made elsewhere, or makes a two-legged connection", operationId = "import")
    @APIResponse(responseCode = "201", description = "The connection")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<RestResponse<ConnectionView>> create(NewConnection body, @Context UriInfo uri) {
        var user = caller.requireUser();
        var account = user.account(Query.of(uri, "accountId").text("accountId").orElse(null));
        return imports.make(NewConnection.required(body), user, account)
                .chain(id -> connections.require(id, new Visibility(account, Optional.empty())))
                .map(listed -> RestResponse.status(RestResponse.Status.CREATED, view(listed)));
    }

    @GET
    @Path("/{id}/explain")
    @Operation(summary = "Which rule lets an agent use the connection, or does not", operationId = "explain")
    @Parameter(name = "agent", in = ParameterIn.QUERY, required = true, description = "The agent's id")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<Explanation> explain(@PathParam("id") String id, @Context UriInfo uri) {
        User user = caller.requireUser();
        Query query = Query.of(uri, "agent", "accountId");
        AccountId account = user.account(query.text("accountId").orElse(null));
        AgentId agent = AgentId.parse(query.requiredText("agent"));
        return connections
                .require(ConnectionId.parse(id), new Visibility(account, Optional.empty()))
                .chain(listed -> agents.require(account, agent)
                        .map(registered -> Explanation.of(listed.connection(), registered)));
    }

    @PATCH
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Restricts the connection to agents, or opens it to all", operationId = "change")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<ConnectionView> change(
            @PathParam("id") String id, @Nullable ConnectionChange body, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account =
                user.account(Query.of(uri, "accountId").text("accountId").orElse(null));
        ConnectionId connection = ConnectionId.parse(id);
        return access.restrict(connection, account, ConnectionChange.agents(body), user)
                .chain(() -> connections.require(connection, new Visibility(account, Optional.empty())))
                .map(this::view);
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Ends the grant at the provider and removes the connection", operationId = "disconnect")
    @APIResponse(responseCode = "204", description = "Removed; Grantkeeper-Revocation: done, pending or unsupported")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    public Uni<RestResponse<Void>> delete(@PathParam("id") String id, @Context UriInfo uri) {
        var user = caller.requireUser();
        var account = user.account(Query.of(uri, "accountId").text("accountId").orElse(null));
        return removal.remove(ConnectionId.parse(id), new Visibility(account, Optional.empty()), user)
                .map(result -> RestResponse.ResponseBuilder.<Void>noContent()
                        .header("Grantkeeper-Revocation", result.name().toLowerCase(Locale.ROOT))
                        .build());
    }

    private ConnectionView view(Connections.Listed listed) {
        Connection connection = listed.connection();
        return ConnectionView.of(
                listed,
                providers
                        .find(connection.provider())
                        .map(provider -> provider.apiBaseUrls(connection.fields()))
                        .orElse(List.of()),
                Forecast.of(listed.standing(), providers.refreshOf(connection.provider())));
    }

    private Visibility visibility(UriInfo uri) {
        var current = caller.require();
        return Visibility.of(
                current, Query.of(uri, "accountId").text("accountId").orElse(null));
    }

    private static Optional<String> status(Query query) {
        return query.text("status").map(status -> switch (status) {
            case "active", "error" -> status;
            default -> throw Problem.of(ProblemCode.INVALID_REQUEST, "The parameter status is active or error.");
        });
    }

    private ConnectionId cursor(String cursor) {
        try {
            return ConnectionId.parse(cursor);
        } catch (Problem notFound) {
            throw Problem.of(ProblemCode.INVALID_REQUEST, "The parameter cursor is not one that was given out here.");
        }
    }

    /** Whether a connection is there and alive. */
    public record Connected(boolean connected) {}
}
