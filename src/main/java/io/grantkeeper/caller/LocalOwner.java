package io.grantkeeper.caller;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whoever owns the machine that the embedded default runs on: one user and one agent of the account {@code local}. */
public record LocalOwner() implements Caller {

    /** The account, the agent's id and its {@code keyid}. */
    public static final String NAME = "local";

    private static final AccountId ACCOUNT = new AccountId(NAME);
    private static final User USER = new User(NAME, Set.of(ACCOUNT), true);
    private static final Agent AGENT = new Agent(new AgentId(NAME), ACCOUNT, NAME, AgentMode.TOKEN);

    @Override
    public AccountId account(@Nullable String asked) {
        return Accounts.only(ACCOUNT, asked);
    }

    public User asUser() {
        return USER;
    }

    public Agent asAgent() {
        return AGENT;
    }
}
