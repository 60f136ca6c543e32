package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.FORBIDDEN;

import io.grantkeeper.problem.Problem;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Finds out who makes a request.
 *
 * <p>Made at the start, so that a wrong setting is found there; filters, which are made even before, hold its proxy.
 */
@Startup
@ApplicationScoped
public class Callers {

    private final BearerTokens bearers;
    private final UserTokens users;
    private final LocalOwnership owner;
    private final SignedRequests signatures;
    private final Origins origins;
    private final Optional<String> userCookie;

    Callers(
            BearerTokens bearers,
            UserTokens users,
            LocalOwnership owner,
            SignedRequests signatures,
            Origins origins,
            UsersConfig config) {
        this.bearers = bearers;
        this.users = users;
        this.owner = owner;
        this.signatures = signatures;
        this.origins = origins;
        // Cookies know no ports: where there are no users, another server's on the same host is none of ours.
        this.userCookie = config.issuer().map(any -> config.cookie());
    }

    /**
     * Who makes a request; empty when it carries no credential.
     *
     * <p>The body is not read: for a signed request, whoever reads it holds it against {@link ProvenCaller#body()}.
     * Fails with a {@link Problem} when a credential is wrong, malformed, spent, or not the only one.
     */
    public Uni<Optional<ProvenCaller>> of(HttpServerRequest request) {
        return of(RequestHead.of(request));
    }

    Uni<Optional<ProvenCaller>> of(RequestHead head) {
        return Uni.createFrom()
                .item(() -> Credential.of(head, userCookie, owner.cookieName()))
                .chain(credential -> prove(head, credential));
    }

    private Uni<Optional<ProvenCaller>> prove(RequestHead head, Credential credential) {
        return switch (credential) {
            case Credential.None none -> Uni.createFrom().item(Optional.empty());
            case Credential.BearerToken(var token) -> bearers.prove(token).map(caller -> known(Proof.BEARER, caller));
            case Credential.Signature(var signature) ->
                signatures.prove(head, signature).map(Optional::of);
            case Credential.UserCookie(var token) -> {
                requireOurPage(head);
                yield users.prove(token).map(user -> known(Proof.COOKIE, user));
            }
            case Credential.OwnerCookie(var session) -> {
                requireOurPage(head);
                yield Uni.createFrom().item(known(Proof.COOKIE, owner.owner(head, session)));
            }
        };
    }

    private static Optional<ProvenCaller> known(Proof proof, Caller caller) {
        return Optional.of(ProvenCaller.by(proof, caller));
    }

    /** A browser sends a cookie for any page; who sent what changes something must say which page, and be ours. */
    private void requireOurPage(RequestHead head) {
        if (!head.isSafe() && !origins.allow(head)) {
            throw Problem.of(FORBIDDEN, "With a cookie this works from this service's own pages only.");
        }
    }
}
