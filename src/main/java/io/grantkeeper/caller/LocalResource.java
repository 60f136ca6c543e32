package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.FORBIDDEN;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signs the local owner's browser in. */
@Path("/api/local")
@NonBlocking
final class LocalResource {

    private final LocalOwnership ownership;
    private final OwnerSignIn signIn;
    private final Origins origins;
    private final CurrentCaller current;

    LocalResource(LocalOwnership ownership, OwnerSignIn signIn, Origins origins, CurrentCaller current) {
        this.ownership = ownership;
        this.signIn = signIn;
        this.origins = origins;
        this.current = current;
    }

    record SignIn(@Nullable String code) {}

    record SignInLink(String url, Instant expiresAt) {

        /** Without the link, which signs its holder in. */
        @Override
        public String toString() {
            return "SignInLink[" + expiresAt + "]";
        }
    }

    /** Redeems the code of a link for a session. */
    @POST
    @Path("/sign-in")
    @Consumes(MediaType.APPLICATION_JSON)
    @OpenToAnyone
    public Response signIn(@Nullable SignIn request, @Context HttpServerRequest http) {
        ownership.require();
        RequestHead head = RequestHead.of(http);
        if (!origins.isOwn(head) || !ownership.isNamedBy(head)) {
            throw Problem.of(FORBIDDEN, "Signing in works from this service's own page only.");
        }
        if (Optional.ofNullable(request)
                .map(SignIn::code)
                .filter(signIn::redeem)
                .isEmpty()) {
            throw Problem.of(
                    UNAUTHENTICATED, "The link was used or has expired: run \"grantkeeper dashboard\" for another.");
        }
        return Response.noContent().cookie(ownership.beginSession()).build();
    }

    /** Makes a link, for whoever can read the owner's key. */
    @POST
    @Path("/link")
    public Response link() {
        ownership.require();
        requireOwnersKey();
        OwnerSignIn.Link link = signIn.link();
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new SignInLink(link.url().reveal(), link.expiresAt()))
                .build();
    }

    /** A session must not make itself another: it would never end. */
    private void requireOwnersKey() {
        boolean byKey = current.require() instanceof LocalOwner
                && current.proven()
                        .filter(known -> known.proof() == Proof.SIGNATURE)
                        .isPresent();
        if (!byKey) {
            throw Problem.of(FORBIDDEN, "A link is made with the owner's key only.");
        }
    }
}
