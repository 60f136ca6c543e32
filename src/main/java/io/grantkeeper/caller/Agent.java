package io.grantkeeper.caller;

import org.jspecify.annotations.Nullable;

/** A program that fetches tokens: a pod, a virtual machine, a process on a laptop. */
public record Agent(AgentId id, AccountId account, String name, AgentMode mode) implements Caller {

    @Override
    public AccountId account(@Nullable String asked) {
        return Accounts.only(account, asked);
    }
}
