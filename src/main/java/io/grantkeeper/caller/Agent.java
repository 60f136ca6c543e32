package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.PROXY_ONLY;

import io.grantkeeper.problem.Problem;
import org.jspecify.annotations.Nullable;

/** A program that fetches tokens: a pod, a virtual machine, a process on a laptop. */
public record Agent(AgentId id, AccountId account, String name, AgentMode mode) implements Caller {

    /** @throws Problem {@code proxy_only} when it may not see tokens */
    public void requireTokenMode() {
        if (mode == AgentMode.PROXY) {
            throw Problem.of(PROXY_ONLY, "This agent may call through the proxy only.");
        }
    }

    @Override
    public AccountId account(@Nullable String asked) {
        return Accounts.only(account, asked);
    }
}
