package io.grantkeeper.connection;

import static io.grantkeeper.connection.TestConnections.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.AgentMode;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.LocalOwner;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VisibilityTest {

    private static final AccountId ACME = new AccountId("acme");
    private static final AccountId OTHER = new AccountId("other");

    @Test
    void aUserSeesAllOfTheAccount() {
        // When
        Visibility visibility = Visibility.of(new User("u", Set.of(ACME), false), null);

        // Then
        assertThat(visibility).isEqualTo(new Visibility(ACME, Optional.empty()));
        assertThat(visibility.includes(connection())).isTrue();
        assertThat(visibility.includes(connection("agent-1"))).isTrue();
    }

    @Test
    void anAgentSeesWhatIsOpenToAllAndWhatNamesIt() {
        // When
        Visibility visibility = Visibility.of(agent("agent-1", ACME), null);

        // Then
        assertThat(visibility.includes(connection())).isTrue();
        assertThat(visibility.includes(connection("agent-1"))).isTrue();
        assertThat(visibility.includes(connection("agent-2", "agent-1"))).isTrue();
        assertThat(visibility.includes(connection("agent-2"))).isFalse();
        assertThat(visibility.includes(connection("agent-10"))).isFalse();
        assertThat(visibility.includes(connection("Agent-1"))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("callersOfAnotherAccount")
    void nobodySeesAnotherAccount(Caller caller) {
        // When
        Visibility visibility = Visibility.of(caller, null);

        // Then
        assertThat(visibility.includes(connection())).isFalse();
        assertThat(visibility.includes(connection("agent-1"))).isFalse();
    }

    static Stream<Caller> callersOfAnotherAccount() {
        return Stream.of(
                new User("acme-user", Set.of(OTHER), true),
                new User("user", Set.of(), false),
                agent("agent-1", OTHER),
                agent("agent-1", new AccountId("Acme")),
                new LocalOwner());
    }

    @Test
    void aUserOfSeveralAccountsSeesTheOneThatIsAskedFor() {
        // Given
        User user = new User("u", Set.of(ACME, OTHER), false);

        // Then
        assertThat(Visibility.of(user, "other").includes(connection())).isFalse();
        assertThat(Visibility.of(user, "acme").includes(connection())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("callersOfAnotherAccount")
    void anAccountThatIsNotTheCallersIsNotThere(Caller caller) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Visibility.of(caller, "acme"))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.NOT_FOUND));
    }

    private static Agent agent(String id, AccountId account) {
        return new Agent(new AgentId(id), account, "name", AgentMode.TOKEN);
    }
}
