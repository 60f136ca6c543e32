package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Requester;
import io.grantkeeper.authorization.Callbacks.Ending;
import io.grantkeeper.authorization.Flows.Departure;
import io.grantkeeper.caller.PublicUrl;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the legs of a flow that run in a browser have in common: redirects, pages, and failures as pages. */
@ApplicationScoped
class BrowserLeg {

    private final FlowPages pages;
    private final FlowCookies cookies;
    private final Providers providers;
    private final PublicUrl publicUrl;

    BrowserLeg(
            FlowPages pages,
            FlowCookies cookies,
            Providers providers,
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl) {
        this.pages = pages;
        this.cookies = cookies;
        this.providers = providers;
        this.publicUrl = publicUrl;
    }

    /** Answers a navigation, with a page where a person waits for one. What only looks changes nothing. */
    Uni<Response> answer(Navigation navigation, Supplier<Uni<Response>> leg) {
        return Uni.createFrom()
                .deferred(() -> {
                    requireSomebody(navigation);
                    return navigation
                            .underOurName(publicUrl)
                            .map(address ->
                                    Uni.createFrom().item(redirect(address).build()))
                            .orElseGet(leg);
                })
                .onFailure(failure -> failure instanceof Problem && navigation.wantsPage())
                .recoverWithUni(problem -> pages.failure((Problem) problem).map(Response.ResponseBuilder::build));
    }

    /** To the provider, with the cookie that binds the flow. */
    Response send(Departure departure) {
        return redirect(departure.location().toString())
                .cookie(cookies.bind(departure.attempt(), departure.browser()))
                .build();
    }

    /** Asks before the provider does. */
    Uni<Response> ask(Attempt attempt, Secret ticket) {
        Provider provider = providers.require(attempt.provider());
        List<String> scopes = attempt.scopes().stream()
                .map(scope -> provider.scopes().labels().getOrDefault(scope, scope))
                .toList();
        String asker = attempt.requester().kind() == Requester.Kind.AGENT
                ? "The agent " + attempt.requester().id()
                : "Somebody";
        return pages.confirm(asker, provider, attempt, scopes, ticket).map(Response.ResponseBuilder::build);
    }

    /** The page at the end of a flow; the browser is bound to it no more. */
    Uni<Response> end(Ending ending) {
        String name = providers
                .find(ending.attempt().provider())
                .map(Provider::name)
                .orElse(ending.attempt().provider());
        return pages.end(ending, name)
                .map(page -> page.cookie(cookies.release(ending.attempt())).build());
    }

    static Response.ResponseBuilder redirect(String location) {
        return Response.status(Response.Status.FOUND)
                .location(URI.create(location))
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer");
    }

    private static void requireSomebody(Navigation navigation) {
        if (navigation.isHead()) {
            throw Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This address does not take this method.");
        }
        if (navigation.isPrefetch()) {
            throw Problem.of(ProblemCode.UNAVAILABLE, "This address is not to be fetched ahead.");
        }
    }
}
