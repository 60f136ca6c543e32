package io.grantkeeper.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.replica.Lineage.Verdict;
import io.grantkeeper.replica.Lineage.Written;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineageTest {

    private static final Lineage BEFORE = new Lineage(7_710_655_636_644_321_062L, 1);
    private static final Lineage NEXT = new Lineage(BEFORE.systemIdentifier(), 2);
    private static final Lineage OTHER = new Lineage(4, 1);
    private static final Duration NOW = Duration.ofSeconds(10);
    private static final Optional<String> NOTHING = Optional.empty();

    @Test
    void operatorsWriteTheIdentifierAndTheTimeline() {
        assertThat(NEXT).hasToString("7710655636644321062/2");
        assertThat(new Lineage(-1, 3)).hasToString("18446744073709551615/3");
    }

    @Test
    void aDatabaseThatNothingIsWrittenInIsTheFirst() {
        assertThat(Lineage.judge(Optional.empty(), NEXT, NOTHING)).isEqualTo(new Verdict.First(NEXT));
    }

    @Test
    void aRestartChangesNothing() {
        // When
        Verdict verdict = Lineage.judge(written(false, Duration.ofDays(30)), BEFORE, NOTHING);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Same(BEFORE));
    }

    @Test
    void F27_aFailoverToAStandbyThatHadEveryCommitNeedsNobody() {
        // When
        Verdict verdict = Lineage.judge(written(true, Duration.ofSeconds(179)), NEXT, NOTHING);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.FailedOver(BEFORE, NEXT));
    }

    @Test
    void F27_aFailoverToAStandbyThatMayHaveLostSomethingNeedsTheOperator() {
        // When
        Verdict verdict = Lineage.judge(written(false, NOW), NEXT, NOTHING);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Unconfirmed(BEFORE, NEXT, NOTHING));
    }

    @Test
    void F28_aBackupOfASynchronousPrimaryIsNoFailover() {
        // When
        Verdict verdict = Lineage.judge(written(true, Duration.ofMinutes(3)), NEXT, NOTHING);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Unconfirmed(BEFORE, NEXT, NOTHING));
    }

    @Test
    void F28_aDumpThatIsReadInElsewhereIsNoFailoverHoweverFreshItIs() {
        // When
        Verdict verdict = Lineage.judge(written(true, NOW), OTHER, NOTHING);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Unconfirmed(BEFORE, OTHER, NOTHING));
    }

    @Test
    void theOperatorsWordEndsTheDoubt() {
        // When
        Verdict verdict = Lineage.judge(written(false, NOW), NEXT, Optional.of(NEXT.toString()));

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Confirmed(BEFORE, NEXT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7710655636644321062/1", "7710655636644321062/20", "4/2", "2", "true", ""})
    void aWordForAnotherDatabaseEndsNothing(String word) {
        // When
        Verdict verdict = Lineage.judge(written(false, NOW), NEXT, Optional.of(word));

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Unconfirmed(BEFORE, NEXT, Optional.of(word)));
    }

    @Test
    void aWordThatIsLeftSetSaysNothingMore() {
        // When
        Verdict verdict = Lineage.judge(Optional.of(new Written(NEXT, false, NOW)), NEXT, Optional.of(NEXT.toString()));

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Same(NEXT));
    }

    private static Optional<Written> written(boolean synchronous, Duration unseen) {
        return Optional.of(new Written(BEFORE, synchronous, unseen));
    }
}
