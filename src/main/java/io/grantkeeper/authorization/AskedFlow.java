package io.grantkeeper.authorization;

import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.connection.Visibility;
import io.grantkeeper.wire.Query;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;

/**
 * A flow that somebody asks about.
 *
 * @param visibility for whom it is looked at
 */
record AskedFlow(UUID id, Visibility visibility) {

    /** Reads the request; throws a {@link io.grantkeeper.problem.Problem} where it can be no flow of the caller's. */
    static AskedFlow of(String id, UriInfo uri, CurrentCaller caller) {
        String account = Query.of(uri, "accountId").text("accountId").orElse(null);
        return new AskedFlow(parse(id), Visibility.of(caller.require(), account));
    }

    private static UUID parse(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException none) {
            throw FlowEvents.notFound();
        }
    }
}
