package io.grantkeeper.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.AgentMode;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Connection.State;
import io.grantkeeper.connection.Explanation.Rule;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.ProviderIdentity;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final AccountId ACCOUNT = new AccountId("org_acme");
    private static final AgentId CRAWLER = new AgentId("crawler");
    private static final AgentId OTHER = new AgentId("other");
    private static final State ACTIVE = new State.Active();

    @Test
    void anOpenConnectionIsThereForATokenAgent() {
        // When
        Explanation open = Explanation.of(connection(ACTIVE, Set.of()), agent(AgentMode.TOKEN));

        // Then
        assertThat(open.visible()).isTrue();
        assertThat(open.token()).isTrue();
        assertThat(open.proxy()).isTrue();
        assertThat(open.rules()).extracting(Rule::decision).containsOnly(Explanation.ALLOW);
        assertThat(open.rules()).extracting(Rule::remedy).containsOnlyNulls();
    }

    @Test
    void oneThatIsRestrictedToOthersIsNotThereAtAll() {
        // When
        Explanation restricted = Explanation.of(connection(ACTIVE, Set.of(OTHER)), agent(AgentMode.TOKEN));

        // Then
        assertThat(restricted.visible()).isFalse();
        assertThat(restricted.token()).isFalse();
        assertThat(restricted.proxy()).isFalse();
        assertThat(denied(restricted).rule()).isEqualTo(Explanation.CONNECTION_AGENTS);
        assertThat(denied(restricted).remedy()).startsWith("PATCH /api/apps/");
    }

    @Test
    void oneThatNamesTheAgentIsThere() {
        assertThat(Explanation.of(connection(ACTIVE, Set.of(OTHER, CRAWLER)), agent(AgentMode.TOKEN))
                        .token())
                .isTrue();
    }

    @Test
    void aProxyAgentSeesNoToken() {
        // When
        Explanation proxy = Explanation.of(connection(ACTIVE, Set.of()), agent(AgentMode.PROXY));

        // Then
        assertThat(proxy.token()).isFalse();
        assertThat(proxy.proxy()).isTrue();
        assertThat(denied(proxy).rule()).isEqualTo(Explanation.AGENT_MODE);
    }

    @Test
    void aDeadGrantNeedsItsUser() {
        // When
        Explanation dead = Explanation.of(
                connection(new State.Failed(Reason.INVALID_GRANT, Instant.EPOCH), Set.of()), agent(AgentMode.TOKEN));

        // Then
        assertThat(dead.visible()).isTrue();
        assertThat(dead.token()).isFalse();
        assertThat(denied(dead).rule()).isEqualTo(Explanation.CONNECTION_STATUS);
        assertThat(denied(dead).explanation()).contains("invalid_grant");
    }

    private static Rule denied(Explanation explanation) {
        return explanation.rules().stream()
                .filter(rule -> rule.decision().equals(Explanation.DENY))
                .findFirst()
                .orElseThrow();
    }

    private static Agent agent(AgentMode mode) {
        return new Agent(CRAWLER, ACCOUNT, "Crawler", mode);
    }

    private static Connection connection(State state, Set<AgentId> agents) {
        return new Connection(
                new ConnectionId(new UUID(1, 2)),
                ACCOUNT,
                "user_1",
                "acme",
                "",
                new ProviderIdentity("subject", Optional.empty(), Optional.empty()),
                ConnectionFields.NONE,
                GrantType.AUTHORIZATION_CODE,
                new LinkedHashSet<>(),
                state,
                agents,
                Instant.EPOCH);
    }
}
