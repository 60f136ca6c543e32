package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.chaos.Checker.Row;
import io.grantkeeper.chaos.Checker.Violation;
import io.grantkeeper.chaos.History.Breakdown;
import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Deletion;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.testing.ProviderLog;
import io.grantkeeper.testing.ProviderLog.Attempt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker finds each violation that is planted in a history, and nothing in one without. */
class CheckerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Row ALIVE = new Row("c1", "alice", "active", "");
    private static final Row DEAD = new Row("c1", "alice", "error", "invalid_grant");

    private final ProviderLog provider = new ProviderLog();
    private final History history = new History();

    /** One refresh at 10 s, one call that got its token, one fault that excuses nothing. */
    @BeforeEach
    void aGoodRun() {
        provider.alive("alice", true);
        granted("r1", "r2", "a2", 10, 11);
        call(9, 12, 200, "a2");
        fault(50, Set.of());
    }

    @Test
    void aGoodRunHasNoViolation() {
        assertThat(violations(ALIVE)).isEmpty();
    }

    @Test
    void aRunWithoutAFaultProvesNothing() {
        // When
        List<Violation> found = new Checker(provider, new History(), List.of(ALIVE)).violations();

        // Then
        assertThat(found).extracting(Violation::invariant).containsExactly("nemesis");
    }

    @Test
    void I1_twoRefreshesAtOnceAreFound() {
        // Given
        granted("r2", "r3", "a3", 20, 23);
        granted("r3", "r4", "a4", 22, 24);

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I1");
    }

    @Test
    void I1_aReplacedTokenThatIsPresentedAgainIsFound() {
        // Given
        granted("r1", "r2", "a3", 20, 21);

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I1");
    }

    @Test
    void I1_isExcusedWhereTheFirstAskerDied() {
        // Given
        fault(11, Set.of(Excuse.SECOND_ASKER));
        granted("r1", "r2", "a3", 20, 21);

        // Then
        assertThat(violations(ALIVE)).isEmpty();
    }

    @Test
    void I1_isNotExcusedByADeathAfterwards() {
        // Given
        granted("r1", "r2", "a3", 20, 21);
        fault(22, Set.of(Excuse.SECOND_ASKER));

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I1");
    }

    @Test
    void I1_anAnswerThatDidNotArriveMayBeAskedForAgain() {
        // Given
        Attempt lost = provider.begin("r2", at(20));
        lost.of("alice", false);
        lost.granted("a3", "r3");
        lost.ended(at(21), false);
        granted("r2", "r3", "a4", 22, 23);

        // Then
        assertThat(violations(ALIVE)).isEmpty();
    }

    @Test
    void I2_aConnectionThatIsDeadWhileItsGrantLivesIsFound() {
        // Given
        refused("r2", "invalid_grant", false, 20);

        // Then
        assertThat(violations(DEAD)).extracting(Violation::invariant).containsExactly("I2");
    }

    @Test
    void I2_aRevokedGrantMayBeDead() {
        // Given
        refused("r2", "invalid_grant", false, 20);
        provider.alive("alice", false);

        // Then
        assertThat(violations(DEAD)).isEmpty();
    }

    @Test
    void I2_aConnectionThatWasLostIsFound() {
        // Given
        refused("r1", "invalid_grant", true, 20);
        provider.alive("alice", false);
        fault(15, Set.of(Excuse.SECOND_ASKER));

        // Then
        assertThat(violations(DEAD)).extracting(Violation::invariant).containsExactly("I2");
    }

    @Test
    void I2_isExcusedAndCountedInTheDeclaredWindow() {
        // Given
        fault(11, Set.of(Excuse.SECOND_ASKER, Excuse.LOSS));
        refused("r1", "invalid_grant", true, 20);
        provider.alive("alice", false);
        Checker checker = new Checker(provider, history, List.of(DEAD));

        // Then
        assertThat(checker.violations()).isEmpty();
        assertThat(checker.losses()).isEqualTo(1);
    }

    @Test
    void I3_aDeathByATransientErrorIsFound() {
        // Given
        refused("r2", "temporarily_unavailable", false, 20);

        // Then
        assertThat(violations(DEAD)).extracting(Violation::invariant).containsExactly("I3");
    }

    @Test
    void I4_aTokenThatTheProviderNeverIssuedIsFound() {
        // Given
        call(20, 21, 200, "made up");

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I4");
    }

    @Test
    void I4_anExpiredTokenIsFound() {
        // Given
        call(4000, 4001, 200, "a2");

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I4");
    }

    @Test
    void I4_aTokenOfSomebodyElseIsFound() {
        // Given
        provider.issued("b1", "bob", at(0), at(3600));
        call(20, 21, 200, "b1");

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I4");
    }

    @Test
    void I4_a200WithoutATokenIsFound() {
        // Given
        history.add(new Call("c1", "a", at(20), at(21), 200, Optional.empty(), ""));

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I4");
    }

    @Test
    void I5_anAnswerThatTookTooLongIsFound() {
        // Given
        call(20, 33, 503, "");

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I5");
    }

    @Test
    void I6_aServiceThatDoesNotComeBackIsFound() {
        // Given
        history.add(new Fault("outage", at(60), at(70), Set.of(), Optional.of(Duration.ofSeconds(5))));
        call(71, 72, 503, "");
        call(80, 81, 200, "a2");

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I6");
    }

    @Test
    void I6_aServiceThatComesBackInTimeIsNot() {
        // Given
        history.add(new Fault("outage", at(60), at(70), Set.of(), Optional.of(Duration.ofSeconds(5))));
        call(71, 72, 200, "a2");

        // Then
        assertThat(violations(ALIVE)).isEmpty();
    }

    @Test
    void I8_aTokenAfterTheDeletionIsFound() {
        // Given
        history.add(new Deletion("c1", at(20)));
        call(31, 32, 200, "a2");

        // Then
        assertThat(new Checker(provider, history, List.of()).violations())
                .extracting(Violation::invariant)
                .containsExactly("I8");
    }

    @Test
    void I8_aRowThatOutlivesItsDeletionIsFound() {
        // Given
        history.add(new Deletion("c1", at(20)));

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I8");
    }

    @Test
    void I9_aStormOnABrokenProviderIsFound() {
        // Given
        history.add(new Breakdown(at(20), at(100), Duration.ofSeconds(30)));
        refused("r2", "server_error", false, 30);
        refused("r2", "server_error", false, 45);
        refused("r2", "server_error", false, 76);

        // Then
        assertThat(violations(ALIVE)).extracting(Violation::invariant).containsExactly("I9");
    }

    @Test
    void I9_aDeadConnectionThatIsAskedForAgainIsFound() {
        // Given
        refused("r2", "invalid_grant", false, 20);
        refused("r2", "invalid_grant", false, 25);
        provider.alive("alice", false);

        // Then
        assertThat(violations(DEAD)).extracting(Violation::invariant).containsExactly("I9");
    }

    private List<Violation> violations(Row row) {
        return new Checker(provider, history, List.of(row)).violations();
    }

    private void granted(String presented, String successor, String access, int began, int ended) {
        Attempt attempt = provider.begin(presented, at(began));
        attempt.of("alice", false);
        attempt.granted(access, successor);
        attempt.ended(at(ended), true);
        provider.issued(access, "alice", at(began), at(began + 3600));
    }

    private void refused(String presented, String error, boolean reused, int began) {
        Attempt attempt = provider.begin(presented, at(began));
        attempt.of("alice", reused);
        attempt.refused(error);
        attempt.ended(at(began) + SECOND / 10, true);
    }

    private void call(int began, int ended, int status, String token) {
        history.add(new Call(
                "c1", "a", at(began), at(ended), status, Optional.of(token).filter(each -> !each.isEmpty()), ""));
    }

    private void fault(int at, Set<Excuse> excuses) {
        history.add(new Fault("fault", at(at), at(at), excuses, Optional.empty()));
    }

    private static long at(int seconds) {
        return seconds * SECOND;
    }
}
