package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.wire.Page;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Lets users register the agents of their account. */
@Path("/api/agents")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "agents")
public class AgentsResource {

    private static final String ACCOUNT = "accountId";

    private final CurrentCaller caller;
    private final Agents agents;
    private final Clusters clusters;

    AgentsResource(CurrentCaller caller, Agents agents, Clusters clusters) {
        this.caller = caller;
        this.agents = agents;
        this.clusters = clusters;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Registers an agent; a secret is answered this once", operationId = "registerAgent")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<RestResponse<AgentAnswer>> register(@Nullable NewAgent agent, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account = account(user, Query.of(uri, ACCOUNT));
        return agents.register(registrable(agent, account, user), account, user)
                .map(registered -> once(RestResponse.Status.CREATED, registered));
    }

    @GET
    @Operation(summary = "The agents of an account, the oldest first", operationId = "agents")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most; 50, ≤ 200")
    @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "The nextCursor of the page before")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<Page<AgentAnswer>> list(@Context UriInfo uri) {
        Query query = Query.of(uri, "limit", "cursor", ACCOUNT);
        AccountId account = account(caller.requireUser(), query);
        int limit = query.number("limit", 1, Page.MAX_LIMIT, Page.DEFAULT_LIMIT);
        return agents.after(account, query.text("cursor").orElse(""), limit)
                .map(found -> Page.of(found, limit, row -> row.id).map(AgentAnswer::of));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One agent", operationId = "agent")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<AgentAnswer> get(@PathParam("id") String id, @Context UriInfo uri) {
        AccountId account = account(caller.requireUser(), Query.of(uri, ACCOUNT));
        return agents.row(account, AgentId.parse(id)).map(AgentAnswer::of);
    }

    @POST
    @Path("/{id}/rotate")
    @Operation(summary = "A new secret; the old one works for a while", operationId = "rotateAgentSecret")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<RestResponse<AgentAnswer>> rotate(@PathParam("id") String id, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account = account(user, Query.of(uri, ACCOUNT));
        return agents.rotate(account, AgentId.parse(id), user).map(rotated -> once(RestResponse.Status.OK, rotated));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Removes an agent; its key is refused within 5 seconds", operationId = "removeAgent")
    @Parameter(name = ACCOUNT, in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<Void> remove(@PathParam("id") String id, @Context UriInfo uri) {
        User user = caller.requireUser();
        AccountId account = account(user, Query.of(uri, ACCOUNT));
        return agents.remove(account, AgentId.parse(id), user);
    }

    private static AccountId account(User user, Query query) {
        return user.account(query.text(ACCOUNT).orElse(null));
    }

    private NewAgent registrable(@Nullable NewAgent agent, AccountId account, User user) {
        if (agent == null) {
            throw Problem.of(INVALID_REQUEST, "The body is missing.");
        }
        if (agent.kubernetes() != null) {
            clusters.requireRegistrable(agent.kubernetes().complete(), account, user);
        }
        return agent;
    }

    private static RestResponse<AgentAnswer> once(RestResponse.Status status, Agents.Registered registered) {
        return RestResponse.ResponseBuilder.create(status, AgentAnswer.of(registered))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
