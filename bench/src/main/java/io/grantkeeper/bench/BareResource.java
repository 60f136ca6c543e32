package io.grantkeeper.bench;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** As little as an endpoint of this application can do: it asks nobody who calls and answers what it was given once. */
@Path("/bench/bare")
public class BareResource {

    private volatile String body = "{}";

    @PUT
    public Uni<Void> put(String constant) {
        body = constant;
        return Uni.createFrom().voidItem();
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<String> get() {
        return Uni.createFrom().item(body);
    }
}
