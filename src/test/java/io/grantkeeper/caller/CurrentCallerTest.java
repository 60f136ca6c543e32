package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.FORBIDDEN;
import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;
import static io.grantkeeper.problem.ProblemCode.NOT_FOUND;
import static io.grantkeeper.problem.ProblemCode.PROXY_ONLY;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CurrentCallerTest {

    private static final AccountId ACME = new AccountId("org_acme");
    private static final AccountId BOLT = new AccountId("org_bolt");

    private final CurrentCaller current = new CurrentCaller();

    @Test
    void A1_nobodyIsLetInByNobody() {
        assertRefused(UNAUTHENTICATED, current::require);
        assertRefused(UNAUTHENTICATED, current::requireUser);
        assertRefused(UNAUTHENTICATED, current::requireAgent);
        assertThat(current.user()).isEmpty();
    }

    @Test
    void A4_anAgentIsNoUser() {
        current.is(ProvenCaller.by(Proof.SIGNATURE, agent(AgentMode.TOKEN)));

        assertRefused(FORBIDDEN, current::requireUser);
        assertThat(current.user()).isEmpty();
    }

    @Test
    void A48_aUserIsNoAgent() {
        current.is(ProvenCaller.by(Proof.BEARER, user()));

        assertRefused(FORBIDDEN, current::requireAgent);
    }

    @Test
    void A49_aProxyAgentGetsNoToken() {
        current.is(ProvenCaller.by(Proof.SIGNATURE, agent(AgentMode.PROXY)));

        Agent known = current.requireAgent();
        assertThat(known).isEqualTo(agent(AgentMode.PROXY));
        assertRefused(PROXY_ONLY, known::requireTokenMode);
    }

    @Test
    void theLocalOwnerIsOneUserAndOneAgent() {
        current.is(ProvenCaller.by(Proof.COOKIE, new LocalOwner()));

        assertThat(current.requireUser().account(null)).isEqualTo(new AccountId("local"));
        assertThat(current.requireAgent().id()).isEqualTo(new AgentId("local"));
        assertThat(current.require().account("local")).isEqualTo(new AccountId("local"));
        assertThat(current.proven()).map(ProvenCaller::proof).contains(Proof.COOKIE);
    }

    @Test
    void aUsersAccountIsTheOneOrganisation() {
        assertThat(user(ACME).account(null)).isEqualTo(ACME);
    }

    @Test
    void aUserWithoutOrganisationIsAnAccountAlone() {
        assertThat(user().account(null)).isEqualTo(new AccountId("user_1"));
    }

    @Test
    void aUserOfSeveralOrganisationsNamesOne() {
        assertRefused(INVALID_REQUEST, () -> user(ACME, BOLT).account(null));
        assertThat(user(ACME, BOLT).account("org_bolt")).isEqualTo(BOLT);
    }

    @Test
    void A46_aUserIsAMemberOfTheOrganisationsElseOfNoAccountButTheirOwn() {
        assertThat(user(ACME, BOLT).isMemberOf(BOLT)).isTrue();
        assertThat(user(ACME).isMemberOf(BOLT)).isFalse();
        assertThat(user(ACME).isMemberOf(new AccountId("user_1"))).isFalse();
        assertThat(user().isMemberOf(new AccountId("user_1"))).isTrue();
        assertThat(user().isMemberOf(ACME)).isFalse();
    }

    @Test
    void A46_anAccountThatTheTokenDoesNotCarryIsNotFound() {
        assertRefused(NOT_FOUND, () -> user(ACME).account("org_bolt"));
        assertRefused(NOT_FOUND, () -> user().account("org_bolt"));
        assertRefused(NOT_FOUND, () -> agent(AgentMode.TOKEN).account("org_bolt"));
        assertRefused(NOT_FOUND, () -> new LocalOwner().account("org_bolt"));
    }

    private static User user(AccountId... organisations) {
        return new User("user_1", Set.of(organisations), false);
    }

    private static Agent agent(AgentMode mode) {
        return new Agent(new AgentId("agent-1"), ACME, "crawler", mode);
    }
}
