package io.grantkeeper.audit;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.audit.AuditEntries.Filter;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.trail.Event;
import io.grantkeeper.wire.Page;
import io.grantkeeper.wire.Query;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells users what was done on their account. */
@Path("/api/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "audit")
public class AuditResource {

    private final CurrentCaller caller;
    private final AuditEntries entries;

    AuditResource(CurrentCaller caller, AuditEntries entries) {
        this.caller = caller;
        this.entries = entries;
    }

    @GET
    @Operation(summary = "What was done on an account, the latest first", operationId = "audit")
    @Parameter(name = "connectionId", in = ParameterIn.QUERY)
    @Parameter(name = "agentId", in = ParameterIn.QUERY, description = "What it did, or what was done to it")
    @Parameter(name = "event", in = ParameterIn.QUERY, description = "token.fetched and its like")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most; 50, ≤ 200")
    @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "The nextCursor of the page before")
    @Parameter(name = "accountId", in = ParameterIn.QUERY, description = "One of your accounts, where you have several")
    public Uni<Page<AuditEntry>> list(@Context UriInfo uri) {
        User user = caller.requireUser();
        Query query = Query.of(uri, "connectionId", "agentId", "event", "limit", "cursor", "accountId");
        int limit = query.number("limit", 1, Page.MAX_LIMIT, Page.DEFAULT_LIMIT);
        Filter oneMore = new Filter(
                id(query, "cursor"), id(query, "connectionId"), query.text("agentId"), event(query), limit + 1);
        return entries.list(user.account(query.text("accountId").orElse(null)), oneMore)
                .map(found -> Page.of(found, limit, AuditEntry::id));
    }

    private static Optional<UUID> id(Query query, String parameter) {
        return query.text(parameter).map(text -> {
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException none) {
                throw Problem.of(INVALID_REQUEST, "The parameter " + parameter + " is no id.");
            }
        });
    }

    private static Optional<String> event(Query query) {
        return query.text("event")
                .map(name -> Event.of(name)
                        .orElseThrow(() -> Problem.of(INVALID_REQUEST, "The parameter event is none that can happen."))
                        .wireName());
    }
}
