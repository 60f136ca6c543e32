package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.LocalOwner;
import io.grantkeeper.caller.User;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may see: the connections of one account, for an agent less those that are restricted to others.
 *
 * @param agent empty for a user, who sees all of the account
 */
public record Visibility(AccountId account, Optional<AgentId> agent) {

    /**
     * The visibility of whoever calls.
     *
     * @param askedAccount the {@code accountId} that the request names, if any
     */
    public static Visibility of(Caller caller, @Nullable String askedAccount) {
        AccountId account = caller.account(askedAccount);
        return switch (caller) {
            case User user -> new Visibility(account, Optional.empty());
            case LocalOwner owner -> new Visibility(account, Optional.empty());
            case Agent agent -> of(agent);
        };
    }

    public static Visibility of(Agent agent) {
        return new Visibility(agent.account(), Optional.of(agent.id()));
    }

    public boolean includes(Connection connection) {
        return connection.account().equals(account) && (isOpenToAll(connection) || isNamedBy(connection));
    }

    private boolean isOpenToAll(Connection connection) {
        return agent.isEmpty() || connection.agents().isEmpty();
    }

    private boolean isNamedBy(Connection connection) {
        return agent.map(connection.agents()::contains).orElse(false);
    }
}
