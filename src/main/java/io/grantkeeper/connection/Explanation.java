package io.grantkeeper.connection;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.AgentMode;
import io.grantkeeper.connection.Connection.State;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why an agent may use a connection, or may not.
 *
 * @param visible whether it is there at all for this agent: what is not is answered as what does not exist
 * @param token whether the agent is answered its access token
 * @param proxy whether the agent may call through the proxy
 * @param rules all that was looked at, in the order in which it is
 */
record Explanation(
        String connectionId, String agentId, boolean visible, boolean token, boolean proxy, List<Rule> rules) {

    static final String CONNECTION_AGENTS = "connection_agents";
    static final String AGENT_MODE = "agent_mode";
    static final String CONNECTION_STATUS = "connection_status";
    static final String ALLOW = "allow";
    static final String DENY = "deny";

    /**
     * One thing that was looked at.
     *
     * @param rule {@code connection_agents}, {@code agent_mode} or {@code connection_status}
     * @param decision {@code allow} or {@code deny}
     * @param remedy what to change, where it denies something
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Rule(
            String rule,
            String decision,
            String explanation,
            @Nullable String remedy) {

        private static Rule allow(String rule, String explanation) {
            return new Rule(rule, ALLOW, explanation, null);
        }

        private static Rule deny(String rule, String explanation, String remedy) {
            return new Rule(rule, DENY, explanation, remedy);
        }

        private boolean allows() {
            return decision.equals(ALLOW);
        }
    }

    /** Both are of one account; an agent of another is not found, and neither is a connection of another. */
    static Explanation of(Connection connection, Agent agent) {
        Rule agents = agents(connection, agent);
        Rule mode = mode(agent);
        Rule status = status(connection);
        return new Explanation(
                connection.id().toString(),
                agent.id().value(),
                agents.allows(),
                Stream.of(agents, mode, status).allMatch(Rule::allows),
                agents.allows() && status.allows(),
                List.of(agents, mode, status));
    }

    private static Rule agents(Connection connection, Agent agent) {
        if (connection.agents().isEmpty()) {
            return Rule.allow(CONNECTION_AGENTS, "The connection is open to all agents of its account.");
        }
        if (connection.agents().contains(agent.id())) {
            return Rule.allow(CONNECTION_AGENTS, "The connection is restricted to agents, and this is one of them.");
        }
        return Rule.deny(
                CONNECTION_AGENTS,
                "The connection is restricted to agents, and this is none of them.",
                "PATCH /api/apps/" + connection.id() + " with its id in agentIds, or with none to open it to all.");
    }

    private static Rule mode(Agent agent) {
        return agent.mode() == AgentMode.TOKEN
                ? Rule.allow(AGENT_MODE, "The agent may read access tokens.")
                : Rule.deny(
                        AGENT_MODE,
                        "The agent may call through the proxy only.",
                        "Register an agent with the mode token.");
    }

    private static Rule status(Connection connection) {
        return connection.state() instanceof State.Failed failed
                ? Rule.deny(
                        CONNECTION_STATUS,
                        "The grant has ended at the provider: "
                                + failed.reason().wireName() + ".",
                        "GET /api/apps/authorize?connectionId=" + connection.id() + " as its user.")
                : Rule.allow(CONNECTION_STATUS, "The connection is active.");
    }
}
