package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.provider.Refresh;
import io.grantkeeper.refresh.OpenIntent.State;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenIntentTest {

    private static final Refresh KEEPS = facts(false, 0);
    private static final Refresh ROTATES = facts(true, 0);
    private static final Refresh ROTATES_WITH_GRACE = facts(true, 30);

    @ParameterizedTest
    @CsvSource({
        // seconds since, seen before; keeps, rotates, rotates with a grace of 30 s
        "1,  false, false, false, false",
        "1,  true,  true,  false, true",
        "29, true,  true,  false, true",
        // Too late for the grace: the lease is waited for.
        "31, true,  true,  false, false"
    })
    void F4_F5_aHolderThatTwoLooksDidNotSeeIsReplacedAtOnceWhereThatCanHelp(
            long age, boolean seenBefore, boolean keeps, boolean rotates, boolean grace) {
        // Given
        OpenIntent intent = intent(State.HOLDER_NOT_SEEN, age);

        // Then
        assertThat(intent.isToBeFinished(seenBefore, KEEPS)).isEqualTo(keeps);
        assertThat(intent.isToBeFinished(seenBefore, ROTATES)).isEqualTo(rotates);
        assertThat(intent.isToBeFinished(seenBefore, ROTATES_WITH_GRACE)).isEqualTo(grace);
    }

    @ParameterizedTest
    @CsvSource({"36, false", "36, true", "86400, false"})
    void F14_aLeaseThatIsOverIsFinishedWhateverTheProvider(long age, boolean seenBefore) {
        // Given
        OpenIntent intent = intent(State.LEASE_OVER, age);

        // Then
        assertThat(intent.isToBeFinished(seenBefore, KEEPS)).isTrue();
        assertThat(intent.isToBeFinished(seenBefore, ROTATES)).isTrue();
        assertThat(intent.isToBeFinished(seenBefore, ROTATES_WITH_GRACE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // Where nothing rotates nothing can be lost, and whoever needs the token asks.
        "1,  false, false, true",
        "31, false, false, false"
    })
    void F52_anAnswerThatWasLostIsAskedForAgainWithinTheGrace(long age, boolean keeps, boolean rotates, boolean grace) {
        // Given
        OpenIntent intent = intent(State.GIVEN_BACK, age);

        // Then
        assertThat(intent.isToBeFinished(false, KEEPS)).isEqualTo(keeps);
        assertThat(intent.isToBeFinished(false, ROTATES)).isEqualTo(rotates);
        assertThat(intent.isToBeFinished(false, ROTATES_WITH_GRACE)).isEqualTo(grace);
    }

    private static OpenIntent intent(State state, long age) {
        ConnectionId id = new ConnectionId(UUID.fromString("0190a000-0000-7000-8000-000000000001"));
        return new OpenIntent(id, "provider", 7, state, Duration.ofSeconds(age));
    }

    private static Refresh facts(boolean rotates, int graceSeconds) {
        return Refresh.of(rotates, Duration.ofSeconds(graceSeconds));
    }
}
