package io.grantkeeper.connection;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.caller.AgentId;
import io.grantkeeper.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code PATCH /api/apps/{id}} changes.
 *
 * @param agentIds the agents that may use the connection; none means all of the account
 */
record ConnectionChange(@Nullable List<@Nullable String> agentIds) {

    private static final int MOST_AGENTS = 100;

    /** @throws Problem {@code invalid_request} when there is nothing to change, or what no agent is called */
    static Set<AgentId> agents(@Nullable ConnectionChange body) {
        if (body == null || body.agentIds == null) {
            throw invalid("The body has the field agentIds, an array.");
        }
        if (body.agentIds.size() > MOST_AGENTS) {
            throw invalid("The field agentIds has more than " + MOST_AGENTS + " entries.");
        }
        return body.agentIds.stream().map(ConnectionChange::agent).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static AgentId agent(@Nullable String id) {
        try {
            return AgentId.parse(id == null ? "" : id);
        } catch (Problem none) {
            throw invalid("The field agentIds has an entry that is no agent's id.");
        }
    }

    private static Problem invalid(String description) {
        return Problem.of(INVALID_REQUEST, description);
    }
}
