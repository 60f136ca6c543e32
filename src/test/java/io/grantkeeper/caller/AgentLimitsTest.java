package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.RATE_LIMITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grantkeeper.problem.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentLimitsTest {

    private static final Agent CRAWLER = agent("crawler");
    private static final Agent OTHER = agent("other");

    private final AtomicLong nanos = new AtomicLong();
    private final AgentLimits limits = new AgentLimits(5, nanos::get);

    @Test
    void A75_anAgentThatRunsWildHasToWait() {
        // Given
        useUp(CRAWLER);

        // When
        Problem refusal = assertRefused(RATE_LIMITED, () -> limits.require(CRAWLER));

        // Then
        assertThat(refusal.retryAfter()).contains(Duration.ofMillis(200));
    }

    @Test
    void othersGoOn() {
        // Given
        useUp(CRAWLER);

        // Then
        assertThatCode(() -> limits.require(OTHER)).doesNotThrowAnyException();
    }

    @Test
    void whoWaitedMayCallAgainAsOftenAsTheTimeAllows() {
        // Given
        useUp(CRAWLER);

        // When
        nanos.addAndGet(Duration.ofMillis(400).toNanos());

        // Then
        limits.require(CRAWLER);
        limits.require(CRAWLER);
        assertRefused(RATE_LIMITED, () -> limits.require(CRAWLER));
    }

    @Test
    void usersAreNotCounted() {
        // Given
        User user = new User("user_1", Set.of(), false);

        // Then
        assertThatCode(() -> {
                    for (int i = 0; i < 100; i++) {
                        limits.require(user);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void noLimitAtAllIsAMistake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentLimits(0, nanos::get))
                .withMessageContaining("grantkeeper.agents.requests-per-second");
    }

    private void useUp(Agent agent) {
        for (int i = 0; i < 10; i++) {
            limits.require(agent);
        }
    }

    private static Agent agent(String id) {
        return new Agent(new AgentId(id), new AccountId("org_acme"), id, AgentMode.TOKEN);
    }
}
