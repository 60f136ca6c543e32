package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Action;
import io.grantkeeper.refresh.Breaker.Cause;
import io.grantkeeper.refresh.Breaker.Closed;
import io.grantkeeper.refresh.Breaker.Moment;
import io.grantkeeper.refresh.Breaker.Open;
import io.grantkeeper.refresh.Breaker.Probing;
import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerTest {

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofHours(1);

    private static final Outcome GRANTED = new Outcome.Granted(new TokenSet(
            Secret.of("access"), "bearer", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    private static final Outcome INVALID_GRANT = new Outcome.Dead(Reason.INVALID_GRANT);
    private static final Outcome RECONSENT = new Outcome.Dead(Reason.RECONSENT);
    private static final Outcome INTERRUPTED = new Outcome.Dead(Reason.INTERRUPTED);
    private static final Outcome NOTHING_TO_ASK_WITH = new Outcome.Dead(Reason.NO_REFRESH_TOKEN);
    private static final Outcome MISCONFIGURED = new Outcome.Misconfigured();
    private static final Outcome TRANSIENT = new Outcome.Transient(Optional.empty());
    private static final Outcome UNCERTAIN = new Outcome.Uncertain();
    private static final Outcome UNKNOWN = new Suspect(Suspect.Cause.UNKNOWN);
    private static final Outcome ODD = new Suspect(Suspect.Cause.MAYBE_MISCONFIGURED);

    private Duration now = START;

    @Test
    void aClosedBreakerLetsEverythingThrough() {
        assertThat(Breaker.closed().refusal(now())).isEmpty();
        assertThat(Breaker.closed().cause()).isEmpty();
        assertThat(Breaker.closed().isRamping(now())).isFalse();
    }

    @Test
    void F57_aClientThatIsNotWelcomeIsKeptAwayAtOnce() {
        // When
        Breaker breaker = after(MISCONFIGURED);

        // Then
        assertThat(breaker).isEqualTo(new Open(Cause.MISCONFIGURED, START.plus(PAUSE)));
        assertThat(breaker.refusal(now()))
                .contains(new Refusal(Refusal.Reason.BREAKER, Action.CONTACT_OPERATOR, PAUSE));
    }

    @Test
    void F21_fiveOutagesInARowAreTheProviders() {
        // Given
        Breaker four = after(TRANSIENT, UNCERTAIN, TRANSIENT, UNCERTAIN);

        // When
        Breaker five = heard(four, TRANSIENT);

        // Then
        assertThat(four.refusal(now())).isEmpty();
        assertThat(five).isEqualTo(new Open(Cause.OUTAGE, START.plus(PAUSE)));
        assertThat(five.refusal(now())).contains(new Refusal(Refusal.Reason.BREAKER, Action.WAIT, PAUSE));
    }

    @Test
    void F21_outagesOfOneConnectionAreItsOwn() {
        // Given
        Breaker breaker = Breaker.closed();
        for (int each = 0; each < 20; each++) {
            breaker = heard(breaker, connection(1), TRANSIENT);
        }

        // Then
        assertThat(breaker).isInstanceOf(Closed.class);
        assertThat(heard(breaker, connection(2), TRANSIENT)).isInstanceOf(Open.class);
    }

    static Stream<Outcome> answersOfAProviderThatWorks() {
        return Stream.of(GRANTED, INVALID_GRANT, RECONSENT, INTERRUPTED);
    }

    @ParameterizedTest
    @MethodSource("answersOfAProviderThatWorks")
    void aProviderThatAnswersInBetweenIsNotAway(Outcome answer) {
        // When
        Breaker breaker =
                after(TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT, answer, TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT);

        // Then
        assertThat(breaker).isInstanceOf(Closed.class);
    }

    static Stream<Outcome> answersThatSayNothingOfTheProvider() {
        return Stream.of(NOTHING_TO_ASK_WITH, UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("answersThatSayNothingOfTheProvider")
    void whatSaysNothingOfTheProviderDoesNotCount(Outcome answer) {
        // When
        Breaker breaker = after(answer, answer, answer, TRANSIENT, TRANSIENT, answer, TRANSIENT, TRANSIENT);

        // Then
        assertThat(breaker).isInstanceOf(Closed.class);
        assertThat(heard(breaker, TRANSIENT)).isInstanceOf(Open.class);
    }

    @Test
    void theSameOddRefusalOfThreeConnectionsIsTheClients() {
        // When
        Breaker two = heard(heard(Breaker.closed(), connection(1), ODD), connection(2), ODD);

        // Then
        assertThat(two).isInstanceOf(Closed.class);
        assertThat(heard(two, connection(3), ODD)).isEqualTo(new Open(Cause.MISCONFIGURED, START.plus(PAUSE)));
    }

    @Test
    void theSameOddRefusalOfOneConnectionIsItsOwn() {
        assertThat(after(ODD, ODD, ODD, ODD, ODD, ODD)).isInstanceOf(Closed.class);
    }

    @Test
    void aSuccessShowsThatTheClientIsWelcome() {
        // Given
        Breaker two = heard(heard(Breaker.closed(), connection(1), ODD), connection(2), ODD);

        // When
        Breaker forgotten = heard(two, connection(4), GRANTED);

        // Then
        assertThat(heard(forgotten, connection(3), ODD)).isInstanceOf(Closed.class);
        assertThat(heard(heard(two, connection(4), INVALID_GRANT), connection(3), ODD))
                .isInstanceOf(Open.class);
    }

    @Test
    void F56_aProviderThatAsksForMoreIsLeftAloneForLonger() {
        // Given
        Outcome patience = new Outcome.Transient(Optional.of(Duration.ofMinutes(2)));

        // When
        Breaker early = after(patience, TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT);
        Breaker last = after(TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT, patience);
        Breaker little = after(
                TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT, new Outcome.Transient(Optional.of(Duration.ofSeconds(1))));

        // Then
        assertThat(early).isEqualTo(new Open(Cause.OUTAGE, START.plusMinutes(2)));
        assertThat(last).isEqualTo(new Open(Cause.OUTAGE, START.plusMinutes(2)));
        assertThat(little).isEqualTo(new Open(Cause.OUTAGE, START.plus(PAUSE)));
    }

    @Test
    void F56_aWishOfAnOutageThatIsOverIsForgotten() {
        // Given
        Outcome patience = new Outcome.Transient(Optional.of(Duration.ofMinutes(2)));

        // When
        Breaker breaker = after(patience, GRANTED, TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT);

        // Then
        assertThat(breaker).isEqualTo(new Open(Cause.OUTAGE, START.plus(PAUSE)));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void answersToCallsThatBeganBeforeItOpenedMoveNothing(Outcome outcome) {
        // Given
        Open open = new Open(Cause.OUTAGE, START.plus(PAUSE));

        // Then
        assertThat(heard(open, outcome)).isSameAs(open);
    }

    @Test
    void I9_anOpenBreakerRefusesUntilItIsTimeToProbe() {
        // Given
        Breaker open = after(MISCONFIGURED);

        // When
        now = START.plusSeconds(20);

        // Then
        assertThat(open.refusal(now()).map(Refusal::retryAfter)).contains(Duration.ofSeconds(10));

        // When
        now = START.plus(PAUSE);

        // Then
        assertThat(open.refusal(now())).isEmpty();
    }

    @Test
    void I9_whileItIsProbedTheOthersWait() {
        // Given
        Probing probing = now().probing(Cause.OUTAGE);

        // Then
        assertThat(probing.refusal(now()).map(Refusal::retryAfter)).contains(Duration.ofSeconds(5));

        // When
        now = START.plusSeconds(28);

        // Then
        assertThat(probing.refusal(now()).map(Refusal::retryAfter)).contains(Duration.ofSeconds(2));

        // When
        now = START.plus(PAUSE);

        // Then
        assertThat(probing.refusal(now())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void aProbeOfWhichNothingWasHeardIsFollowedByAnother(Cause cause) {
        assertThat(now().probing(cause).unanswered(now())).isEqualTo(new Open(cause, START.plus(PAUSE)));
    }

    static Stream<Arguments> probes() {
        return Stream.of(
                arguments(Cause.OUTAGE, GRANTED, null),
                arguments(Cause.OUTAGE, INVALID_GRANT, null),
                arguments(Cause.OUTAGE, INTERRUPTED, null),
                arguments(Cause.OUTAGE, MISCONFIGURED, Cause.MISCONFIGURED),
                arguments(Cause.OUTAGE, TRANSIENT, Cause.OUTAGE),
                arguments(Cause.OUTAGE, UNCERTAIN, Cause.OUTAGE),
                arguments(Cause.OUTAGE, UNKNOWN, Cause.OUTAGE),
                arguments(Cause.OUTAGE, ODD, Cause.OUTAGE),
                arguments(Cause.MISCONFIGURED, GRANTED, null),
                arguments(Cause.MISCONFIGURED, INVALID_GRANT, null),
                arguments(Cause.MISCONFIGURED, MISCONFIGURED, Cause.MISCONFIGURED),
                arguments(Cause.MISCONFIGURED, TRANSIENT, Cause.MISCONFIGURED),
                arguments(Cause.MISCONFIGURED, ODD, Cause.MISCONFIGURED),
                arguments(Cause.INCIDENT, GRANTED, null),
                arguments(Cause.INCIDENT, INVALID_GRANT, Cause.INCIDENT),
                arguments(Cause.INCIDENT, RECONSENT, Cause.INCIDENT),
                arguments(Cause.INCIDENT, INTERRUPTED, Cause.INCIDENT),
                arguments(Cause.INCIDENT, MISCONFIGURED, Cause.INCIDENT),
                arguments(Cause.INCIDENT, TRANSIENT, Cause.INCIDENT),
                arguments(Cause.INCIDENT, UNKNOWN, Cause.INCIDENT));
    }

    @ParameterizedTest
    @MethodSource("probes")
    void theProbeDecides(Cause cause, Outcome answer, Cause stillOpenFor) {
        // When
        Breaker breaker = heard(now().probing(cause), answer);

        // Then
        assertThat(breaker)
                .isEqualTo(
                        stillOpenFor == null
                                ? new Closed(0, Set.of(), Set.of(), Duration.ZERO, START.plusMinutes(5))
                                : new Open(stillOpenFor, START.plus(PAUSE)));
    }

    @Test
    void aProbeThatAskedNothingSaysNothing() {
        // Given
        Probing probing = now().probing(Cause.OUTAGE);

        // Then
        assertThat(heard(probing, NOTHING_TO_ASK_WITH)).isSameAs(probing);
    }

    @Test
    void F56_aProbeMayBeToldToWait() {
        // When
        Breaker breaker = heard(now().probing(Cause.OUTAGE), new Outcome.Transient(Optional.of(Duration.ofMinutes(4))));

        // Then
        assertThat(breaker).isEqualTo(new Open(Cause.OUTAGE, START.plusMinutes(4)));
    }

    @Test
    void F46_afterAnOutageRefreshesStartAtAMeasuredRateForAWhile() {
        // Given
        Breaker breaker = heard(now().probing(Cause.OUTAGE), GRANTED);

        // When
        breaker = heard(heard(breaker, GRANTED), TRANSIENT);

        // Then
        assertThat(breaker.isRamping(now())).isTrue();

        // When
        now = START.plusMinutes(5);

        // Then
        assertThat(breaker.isRamping(now())).isFalse();
    }

    @Test
    void F58_anIncidentKeepsTheClientAwayWhateverWasKnown() {
        assertThat(Breaker.closed().incident(now())).isEqualTo(new Open(Cause.INCIDENT, START.plus(PAUSE)));
        assertThat(after(MISCONFIGURED).incident(now())).isEqualTo(new Open(Cause.INCIDENT, START.plus(PAUSE)));
        assertThat(now().probing(Cause.INCIDENT).incident(now()))
                .isEqualTo(new Open(Cause.INCIDENT, START.plus(PAUSE)));
    }

    @Test
    void F58_deathsThatComeLateDoNotPutTheProbeOff() {
        // Given
        Open open = new Open(Cause.INCIDENT, START.plusSeconds(3));

        // Then
        assertThat(open.incident(now())).isSameAs(open);
    }

    @Test
    void anotherReplicaMayKnowMore() {
        // Given
        Breaker breaker = after(TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT, TRANSIENT);

        // Then
        assertThat(breaker.waiting(Cause.INCIDENT, Duration.ofSeconds(7), now()))
                .isEqualTo(new Open(Cause.INCIDENT, START.plusSeconds(7), true));
        assertThat(breaker.recovered(now()).isRamping(now())).isTrue();
    }

    static Stream<Outcome> outcomes() {
        return Stream.of(
                GRANTED,
                INVALID_GRANT,
                RECONSENT,
                INTERRUPTED,
                NOTHING_TO_ASK_WITH,
                MISCONFIGURED,
                TRANSIENT,
                UNCERTAIN,
                UNKNOWN,
                ODD);
    }

    private Breaker after(Outcome... outcomes) {
        Breaker breaker = Breaker.closed();
        for (int each = 0; each < outcomes.length; each++) {
            breaker = heard(breaker, connection(each % 2), outcomes[each]);
        }
        return breaker;
    }

    private Breaker heard(Breaker breaker, Outcome outcome) {
        return heard(breaker, connection(0), outcome);
    }

    private Breaker heard(Breaker breaker, ConnectionId connection, Outcome outcome) {
        return breaker.heard(connection, outcome, now());
    }

    private Moment now() {
        return new Moment(now, PAUSE);
    }

    private static ConnectionId connection(int number) {
        return new ConnectionId(new UUID(0, number));
    }
}
