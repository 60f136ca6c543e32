package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Requester;
import io.grantkeeper.authorization.Wants.Asked;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.LocalOwner;
import io.grantkeeper.caller.OpenToAnyone;
import io.grantkeeper.caller.PublicUrl;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Starts flows. */
@Path("/api/apps/authorize")
@Tag(name = "authorization")
public class AuthorizationResource {

    private static final String PATH = "/api/apps/authorize";

    private final CurrentCaller caller;
    private final Wants wants;
    private final Flows flows;
    private final BrowserLeg browser;
    private final PublicUrl publicUrl;

    AuthorizationResource(
            CurrentCaller caller,
            Wants wants,
            Flows flows,
            BrowserLeg browser,
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl) {
        this.caller = caller;
        this.wants = wants;
        this.flows = flows;
        this.browser = browser;
        this.publicUrl = publicUrl;
    }

    @GET
    @OpenToAnyone
    @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
    @Operation(summary = "Starts a flow in this browser", operationId = "authorize")
    @APIResponse(responseCode = "302", description = "To the provider's consent screen; binds the flow to this browser")
    @Parameter(name = "provider", in = ParameterIn.QUERY)
    @Parameter(name = "scopes", in = ParameterIn.QUERY, description = "Separated by commas or spaces")
    @Parameter(name = "service", in = ParameterIn.QUERY, description = "In place of provider and scopes")
    @Parameter(
            name = "field.NAME",
            in = ParameterIn.QUERY,
            description = "A value of the provider's connectionFields; what is missing is asked on a page")
    @Parameter(name = "accountId", in = ParameterIn.QUERY)
    @Parameter(name = "agentId", in = ParameterIn.QUERY, description = "The only agent that may use the connection")
    @Parameter(name = "connectionId", in = ParameterIn.QUERY, description = "The connection to reauthorize")
    @Parameter(name = "returnTo", in = ParameterIn.QUERY, description = "Where the browser goes in the end")
    @Parameter(name = "ticket", in = ParameterIn.QUERY, description = "Of an authorizationUrl; stands alone")
    public Uni<Response> authorize(@Context UriInfo uri, @Context HttpServerRequest request) {
        Navigation navigation = Navigation.of(request);
        return browser.answer(navigation, () -> authorize(uri, navigation));
    }

    private Uni<Response> authorize(UriInfo uri, Navigation navigation) {
        if (uri.getQueryParameters().containsKey("ticket")) {
            Query query = Query.of(uri, "ticket");
            return open(Secret.of(query.requiredText("ticket")), navigation.isSameOrigin());
        }
        var user = caller.requireUser();
        boolean asksFirst = navigation.hasNoHeaderOfOurs() && !navigation.isSameOrigin();
        return wants.check(asked(uri), caller.require())
                .chain(wanted -> flows.offer(wanted, Requester.user(user.subject())))
                .chain(offer -> flows.offeredBy(offer.ticket())
                        .chain(attempt ->
                                asksFirst ? browser.ask(attempt, offer.ticket()) : depart(attempt, offer.ticket())));
    }

    private Uni<Response> open(Secret ticket, boolean sameOrigin) {
        return flows.offeredBy(ticket).chain(attempt -> {
            if (isOfItsUser(attempt, sameOrigin)) {
                return depart(attempt, ticket);
            }
            requireMember(attempt);
            return browser.ask(attempt, ticket);
        });
    }

    /** Whether whoever is here has asked for it: by their session, or since the dashboard's own page sent them. */
    private boolean isOfItsUser(Attempt attempt, boolean sameOrigin) {
        return attempt.requester().kind() == Requester.Kind.USER
                && caller.user()
                        .map(User::subject)
                        .map(subject -> attempt.user().equals(Optional.of(subject)))
                        .orElse(sameOrigin);
    }

    @POST
    @Path("/confirm")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public Uni<Response> confirm(MultivaluedMap<String, String> form, @Context HttpServerRequest request) {
        Navigation navigation = Navigation.of(request);
        return browser.answer(navigation, () -> {
            Query fields = Query.withFields(form, "ticket", "everyone");
            Secret ticket = Secret.of(fields.requiredText("ticket"));
            return flows.offeredBy(ticket)
                    .map(attempt -> confirmed(attempt, fields, navigation.isSameOrigin()))
                    .chain(attempt -> depart(attempt, ticket));
        });
    }

    private Attempt confirmed(Attempt attempt, Query fields, boolean sameOrigin) {
        if (!isOfItsUser(attempt, sameOrigin)) {
            requireMember(attempt);
        }
        return attempt.with(wants.fields(attempt, fields.fields()))
                .confirmedBy(caller.user().map(User::subject).or(attempt::user), fields.flag("everyone"));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Promises a flow to whoever opens its URL", operationId = "offerAuthorization")
    @APIResponse(responseCode = "201", description = "The URL, which works once")
    public Uni<Response> offer(@Nullable NewAuthorization body) {
        Caller current = caller.require();
        if (body == null) {
            throw Problem.of(ProblemCode.INVALID_REQUEST, "A JSON body is needed.");
        }
        return wants.check(body.asked(), current)
                .chain(wanted -> flows.offer(wanted, requester()))
                .map(offer -> Response.status(Response.Status.CREATED)
                        .entity(new Offered(
                                publicUrl
                                        .resolve(PATH + "?ticket="
                                                + offer.ticket().reveal())
                                        .toString(),
                                offer.expiresAt(),
                                offer.id().toString()))
                        .header("Cache-Control", "no-store")
                        .build());
    }

    /** What is not known yet is asked first. */
    private Uni<Response> depart(Attempt attempt, Secret ticket) {
        return wants.isComplete(attempt) ? flows.depart(attempt).map(browser::send) : browser.ask(attempt, ticket);
    }

    /** Only a signed-in user of the account may say yes to what is asked for it. */
    private void requireMember(Attempt attempt) {
        User user = caller.user()
                .orElseThrow(() -> Problem.of(
                        ProblemCode.UNAUTHENTICATED,
                        "Sign in at your dashboard first, then open this link once more."));
        if (!user.isMemberOf(attempt.account())) {
            throw FlowEvents.notFound();
        }
    }

    private Requester requester() {
        return switch (caller.require()) {
            case Agent agent -> Requester.agent(agent.id());
            case User user -> Requester.user(user.subject());
            case LocalOwner owner -> Requester.user(owner.asUser().subject());
        };
    }

    private static Asked asked(UriInfo uri) {
        Query query = Query.withFields(
                uri.getQueryParameters(),
                "provider",
                "service",
                "scopes",
                "accountId",
                "agentId",
                "connectionId",
                "returnTo");
        return new Asked(
                query.text("provider"),
                query.text("service"),
                query.text("scopes").map(AuthorizationResource::scopes).orElse(List.of()),
                query.fields(),
                query.text("accountId"),
                query.text("agentId"),
                query.text("connectionId"),
                query.text("returnTo"));
    }

    /** As they stand there: one that stands there twice, or is no scope, is refused when the provider's are known. */
    private static List<String> scopes(String separated) {
        return List.of(separated.split("[ ,]+"));
    }
}
