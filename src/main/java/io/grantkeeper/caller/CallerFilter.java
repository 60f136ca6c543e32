package io.grantkeeper.caller;

import io.grantkeeper.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Makes the caller of a request known before its resource runs.
 *
 * <p>It lets nobody in: a request without a credential goes on, and the resource asks {@link CurrentCaller} for whom it
 * needs. A wrong credential ends the request here.
 */
@Singleton
final class CallerFilter {

    private static final String OPEN_TO_ANYONE = OpenToAnyone.class.getName();
    private static final String STREAMS_BODY = StreamsBody.class.getName();
    private static final int BEFORE = Priorities.AUTHENTICATION - 1;

    private final Callers callers;
    private final CurrentCaller current;

    CallerFilter(Callers callers, CurrentCaller current) {
        this.callers = callers;
        this.current = current;
    }

    @OpenToAnyone
    @ServerRequestFilter(priority = BEFORE)
    void openToAnyone(ContainerRequestContext request) {
        request.setProperty(OPEN_TO_ANYONE, true);
    }

    @StreamsBody
    @ServerRequestFilter(priority = BEFORE)
    void streamsBody(ContainerRequestContext request) {
        request.setProperty(STREAMS_BODY, true);
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    Uni<Void> know(ContainerRequestContext request, HttpServerRequest http) {
        return callers.of(http)
                .call(proven ->
                        proven.map(caller -> checkBody(caller, request, http)).orElseGet(Uni.createFrom()::voidItem))
                .onFailure(failure -> isOpenToAnyone(request) && isCallersFault(failure))
                .recoverWithItem(Optional.empty())
                .invoke(proven -> proven.ifPresent(current::is))
                .replaceWithVoid();
    }

    /** The resource finds the body where it would have, had nobody read it. */
    private static Uni<Void> checkBody(ProvenCaller caller, ContainerRequestContext request, HttpServerRequest http) {
        if (caller.proof() != Proof.SIGNATURE || request.getProperty(STREAMS_BODY) != null) {
            return Uni.createFrom().voidItem();
        }
        return SignedBody.read(http)
                .invoke(caller::requireSigned)
                .invoke(body -> request.setEntityStream(new ByteArrayInputStream(body)))
                .replaceWithVoid();
    }

    private static boolean isOpenToAnyone(ContainerRequestContext request) {
        return request.getProperty(OPEN_TO_ANYONE) != null;
    }

    private static boolean isCallersFault(Throwable failure) {
        return failure instanceof Problem problem && problem.code().status() < 500;
    }
}
