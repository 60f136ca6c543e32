package io.grantkeeper.caller;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.util.Map;

/** Tells a test whom the service takes it for. */
@Path("/api/whoami")
@NonBlocking
public class WhoAmIResource {

    private final CurrentCaller caller;

    WhoAmIResource(CurrentCaller caller) {
        this.caller = caller;
    }

    @GET
    public String get() {
        return caller.require().account(null).value();
    }

    @POST
    public Map<String, Object> echo(Map<String, Object> body) {
        return Map.of("account", caller.require().account(null).value(), "body", body);
    }

    @GET
    @Path("/anyone")
    @OpenToAnyone
    public String anyone() {
        return caller.user().map(User::subject).orElse("nobody");
    }

    @POST
    @Path("/stream")
    @StreamsBody
    public Uni<Integer> stream(@Context HttpServerRequest request) {
        ProvenCaller known = caller.proven().orElseThrow();
        return SignedBody.read(request).map(body -> {
            known.requireSigned(body);
            return body.length;
        });
    }
}
