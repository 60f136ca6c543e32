package io.grantkeeper.token;

import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.connection.AuthorizeUrls;
import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Connections;
import io.grantkeeper.connection.Connections.Filter;
import io.grantkeeper.connection.Connections.Listed;
import io.grantkeeper.connection.Visibility;
import io.grantkeeper.oauth.ScopeList;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.token.AccessTokens.Wish;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.grantkeeper.wire.Page;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers an agent's question for a token. */
@Path("/api/apps")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "token")
public class TokenResource {

    /** What is answered only where the agent may see the connection. */
    private static final Set<ProblemCode> OF_A_CONNECTION =
            Set.of(ProblemCode.INSUFFICIENT_SCOPE, ProblemCode.CONNECTION_ERROR);

    private static final int DEFAULT_MIN_VALIDITY = 60;
    private static final int LARGEST_MIN_VALIDITY = 3600;

    private final CurrentCaller caller;
    private final AccessTokens tokens;
    private final Connections connections;
    private final Providers providers;
    private final AuthorizeUrls urls;
    private final UsedConnections used;
    private final Trail trail;

    TokenResource(
            CurrentCaller caller,
            AccessTokens tokens,
            Connections connections,
            Providers providers,
            AuthorizeUrls urls,
            UsedConnections used,
            Trail trail) {
        this.caller = caller;
        this.tokens = tokens;
        this.connections = connections;
        this.providers = providers;
        this.urls = urls;
        this.used = used;
        this.trail = trail;
    }

    @GET
    @Path("/{id}/token")
    @Operation(summary = "The access token of a connection, fresh", operationId = "token")
    @Parameter(name = "minValidity", in = ParameterIn.QUERY, description = "Seconds that it must be valid; 60, ≤ 3600")
    @Parameter(name = "refresh", in = ParameterIn.QUERY, description = "true: refresh although it is valid")
    @Parameter(name = "scopes", in = ParameterIn.QUERY, description = "Scopes that must have been granted")
    public Uni<RestResponse<TokenAnswer>> token(@PathParam("id") String id, @Context UriInfo uri) {
        Agent agent = caller.requireAgent();
        Wish wish = wish(Query.of(uri, "minValidity", "refresh", "scopes"));
        ConnectionId connection = ConnectionId.parse(id);
        Entry refused = entry(agent, Event.TOKEN_REFUSED).connection(connection.value());
        return answer(agent, refused, () -> tokens.get(connection, Visibility.of(agent), wish));
    }

    @GET
    @Path("/token")
    @Operation(summary = "The access token of the connection at a provider, fresh", operationId = "tokenByProvider")
    @Parameter(name = "provider", in = ParameterIn.QUERY, required = true)
    @Parameter(name = "account", in = ParameterIn.QUERY, description = "The account at the provider, where several are")
    @Parameter(name = "minValidity", in = ParameterIn.QUERY, description = "Seconds that it must be valid; 60, ≤ 3600")
    @Parameter(name = "refresh", in = ParameterIn.QUERY, description = "true: refresh although it is valid")
    @Parameter(name = "scopes", in = ParameterIn.QUERY, description = "Scopes that must have been granted")
    public Uni<RestResponse<TokenAnswer>> tokenByProvider(@Context UriInfo uri) {
        Agent agent = caller.requireAgent();
        Query query = Query.of(uri, "provider", "account", "minValidity", "refresh", "scopes");
        String provider = providers.require(query.requiredText("provider")).id();
        Uni<ConnectionId> search = connections
                .list(Visibility.of(agent), Filter.ofProvider(provider, query.text("account"), Page.MAX_LIMIT))
                .map(found -> theOne(found, provider).id());
        Wish wish = wish(query);
        Entry refused = entry(agent, Event.TOKEN_REFUSED).provider(provider);
        return answer(agent, refused, () -> tokens.get(search, Visibility.of(agent), wish));
    }

    private static Wish wish(Query query) {
        return new Wish(
                Duration.ofSeconds(query.number("minValidity", 0, LARGEST_MIN_VALIDITY, DEFAULT_MIN_VALIDITY)),
                query.flag("refresh"),
                query.text("scopes").map(ScopeList::parse).map(List::copyOf).orElse(List.of()));
    }

    /** What an agent was answered is noted before it leaves, and so is that it was refused. */
    private Uni<RestResponse<TokenAnswer>> answer(Agent agent, Entry refused, Supplier<Uni<GoodToken>> search) {
        return Uni.createFrom()
                .deferred(() -> {
                    agent.requireTokenMode();
                    return search.get();
                })
                .invoke(token -> noteFetched(agent, token))
                .onFailure(Problem.class)
                .invoke(failure -> noteRefused(refused, failure))
                .map(TokenResource::answer);
    }

    /** Only what is there for certain is named: an agent could think up any number of ids. */
    private void noteRefused(Entry refused, Problem failure) {
        Entry entry = OF_A_CONNECTION.contains(failure.code()) ? refused : refused.withoutConnection();
        trail.note(entry.code(failure.code().wireName()));
    }

    private void noteFetched(Agent agent, GoodToken token) {
        Connection connection = token.held().connection();
        used.note(connection.id());
        trail.note(entry(agent, Event.TOKEN_FETCHED)
                .connection(connection.id().value())
                .provider(connection.provider())
                .fingerprint(token.fingerprint()));
    }

    private static Entry entry(Agent agent, Event event) {
        return Entry.of(agent.account().value(), Actor.agent(agent.id().value()), event);
    }

    private static RestResponse<TokenAnswer> answer(GoodToken token) {
        return RestResponse.ResponseBuilder.ok(TokenAnswer.of(token.held(), token.accessToken()))
                .header("Cache-Control", "no-store")
                .header("Pragma", "no-cache")
                .header("Vary", "Authorization, Signature-Input")
                .build();
    }

    private Connection theOne(List<Listed> found, String provider) {
        List<Connection> fitting = found.stream().map(Listed::connection).toList();
        if (fitting.isEmpty()) {
            throw Problem.of(ProblemCode.NOT_FOUND, "The user has not connected this provider yet.")
                    .action(Action.REAUTHORIZE)
                    .with("authorizeUrl", urls.connect(provider));
        }
        if (fitting.size() > 1) {
            throw Problem.of(ProblemCode.AMBIGUOUS, "Several connections fit: name one by its id or its account.")
                    .with(
                            "candidates",
                            fitting.stream().map(TokenResource::candidate).toList());
        }
        return fitting.getFirst();
    }

    private static Map<String, String> candidate(Connection connection) {
        Map<String, String> candidate = new TreeMap<>();
        candidate.put("id", connection.id().toString());
        connection.identity().accountId().ifPresent(id -> candidate.put("providerAccountId", id));
        connection.identity().accountName().ifPresent(name -> candidate.put("providerAccountName", name));
        return candidate;
    }
}
