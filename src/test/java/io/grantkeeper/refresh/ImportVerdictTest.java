package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Refresh;
import io.grantkeeper.refresh.ImportVerdict.Over;
import io.grantkeeper.refresh.ImportVerdict.Undecided;
import io.grantkeeper.refresh.OpenIntent.State;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImportVerdictTest {

    private static final PendingImport FRESH = pending(false, null);
    private static final PendingImport UNCERTAIN = pending(true, null);
    private static final PendingImport REPLACED = pending(false, new byte[1]);

    static Stream<Outcome> passing() {
        return Stream.of(
                new Outcome.Transient(Optional.empty()),
                new Outcome.Misconfigured(),
                new Outcome.Suspect(Outcome.Suspect.Cause.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whoeverIsRefusedAtOnceHasWhatTheyHadBefore(Outcome refusal) {
        // Then
        assertThat(ImportVerdict.of(FRESH, refusal)).isEqualTo(new Over(false));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void F10_whatIsAllThereIsOfAGrantIsKeptWhateverIsNoDeath(Outcome refusal) {
        // Then
        assertThat(ImportVerdict.of(UNCERTAIN, refusal)).isInstanceOf(Undecided.class);
        assertThat(ImportVerdict.of(REPLACED, refusal)).isInstanceOf(Undecided.class);
    }

    @Test
    void F10_aRefusalAfterALostAnswerMeansThatTheSuccessorWasLost() {
        // Given
        Outcome dead = new Outcome.Dead(Reason.INVALID_GRANT);

        // Then
        assertThat(ImportVerdict.of(FRESH, dead)).isEqualTo(new Over(false));
        assertThat(ImportVerdict.of(REPLACED, dead)).isEqualTo(new Over(false));
        assertThat(ImportVerdict.of(UNCERTAIN, dead)).isEqualTo(new Over(true));
        assertThat(ImportVerdict.of(UNCERTAIN, new Outcome.Dead(Reason.RECONSENT)))
                .isEqualTo(new Over(false));
    }

    @Test
    void anAnswerThatDidNotArriveDecidesNothing() {
        // Then
        assertThat(ImportVerdict.of(FRESH, new Outcome.Uncertain()))
                .isEqualTo(new Undecided(Setback.UNCERTAIN, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"1, false, 30, false", "1, true, 30, true", "1, true, 0, false", "31, true, 30, false"})
    void F10_aHolderThatIsNotSeenIsReplacedWithinTheGraceOnly(long age, boolean twice, long grace, boolean finished) {
        // Given
        Refresh provider = Refresh.of(true, Duration.ofSeconds(grace));

        // Then
        assertThat(new LeftImport(FRESH, State.HOLDER_NOT_SEEN, Duration.ofSeconds(age))
                        .isToBeFinished(twice, provider))
                .isEqualTo(finished);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEASE_OVER", "GIVEN_BACK"})
    void F10_whatNobodyIsBusyWithIsFinishedSinceNobodyElseWouldEverAsk(State state) {
        // Then
        assertThat(new LeftImport(FRESH, state, Duration.ofHours(1)).isToBeFinished(false, Refresh.UNKNOWN))
                .isTrue();
    }

    private static PendingImport pending(boolean uncertain, byte[] successor) {
        return new PendingImport(
                UUID.randomUUID(),
                new AccountId("acme"),
                "ada",
                "acme",
                ConnectionFields.NONE,
                new LinkedHashSet<>(),
                "client",
                null,
                new byte[1],
                successor,
                1,
                1,
                uncertain,
                0);
    }
}
