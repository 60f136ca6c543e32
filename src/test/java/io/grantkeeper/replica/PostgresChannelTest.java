package io.grantkeeper.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.replica.Notice.Awaited;
import io.grantkeeper.replica.Notice.Changed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PostgresChannelTest {

    private static final UUID CONNECTION = UUID.fromString("0198c0de-0000-7000-8000-000000000001");

    private final Deque<FakeLine> lines = new ArrayDeque<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger silences = new AtomicInteger();
    private final List<Notice> heard = new ArrayList<>();
    private long now = 42;
    private final PostgresChannel channel = new PostgresChannel(this::open, new ReplicaId(-1), null, meters, () -> now);

    PostgresChannelTest() {
        channel.subscribe(heard::add);
        channel.onSilence(silences::incrementAndGet);
    }

    @Test
    void itIsAliveOnceItHeardItself() {
        // Given
        FakeLine line = line();

        // When
        beat();

        // Then
        assertThat(line.done)
                .containsExactly("live 4294967295", "listen grantkeeper", "listen grantkeeper_4294967295", "sign 1");
        assertThat(channel.isAlive()).isTrue();
        assertThat(channel.databaseTime()).isEqualTo(FakeLine.TIME);
        assertThat(up()).isEqualTo(1);
    }

    @Test
    void itIsNotAliveBeforeAndHasNoTimeThen() {
        // Given
        line().echoes = false;

        // When
        beat();

        // Then
        assertThat(channel.isAlive()).isFalse();
        assertThatThrownBy(channel::databaseTime).isInstanceOf(IllegalStateException.class);
        assertThat(up()).isZero();
    }

    @Test
    void F37_noticesThatCouldNotBeSentAreASilence() {
        // Given
        FakeLine line = line();
        beat();

        // When
        line.missed = "1:1";
        pass(Duration.ofSeconds(2));
        beat();
        pass(Duration.ofSeconds(2));
        beat();

        // Then
        assertThat(silences).hasValue(1);
        assertThat(channel.isAlive()).isTrue();
        assertThat(channel.isSteady()).isTrue();
    }

    @Test
    void aBeatSendsASignEveryTwoSecondsOnly() {
        // Given
        FakeLine line = line();
        beat();

        // When
        pass(Duration.ofMillis(1900));
        beat();
        pass(Duration.ofMillis(200));
        beat();

        // Then
        assertThat(line.done).endsWith("sign 1", "sign 2");
        assertThat(channel.databaseTime()).isEqualTo(FakeLine.TIME);
    }

    @Test
    void F34_aLineOnWhichNoSignComesBackIsGivenUpAfterFiveSeconds() {
        // Given
        FakeLine line = line();
        beat();
        line.echoes = false;
        pass(Duration.ofSeconds(2));
        beat();

        // When
        pass(Duration.ofSeconds(3));
        beat();
        boolean before = channel.isAlive();
        pass(Duration.ofMillis(1));
        boolean after = channel.isAlive();
        beat();

        // Then
        assertThat(before).isTrue();
        assertThat(after).isFalse();
        assertThat(silences).hasValue(1);
        assertThat(line.done).endsWith("close");
        assertThat(losses()).isEqualTo(1);
    }

    @Test
    void F33_aClosedLineIsSilenceAtOnceAndTheNextBeatOpensAnother() {
        // Given
        FakeLine line = line();
        beat();
        FakeLine next = line();

        // When
        line.end();
        boolean closed = channel.isAlive();
        beat();

        // Then
        assertThat(closed).isFalse();
        assertThat(silences).hasValue(1);
        assertThat(next.done).startsWith("live 4294967295", "listen grantkeeper");
        assertThat(channel.isAlive()).isTrue();
    }

    @Test
    void whoeverSawItAliveMayStillAskForTheTime() {
        // Given
        FakeLine line = line();
        beat();
        line.end();

        // When
        pass(Duration.ofMillis(10));

        // Then
        assertThat(channel.databaseTime()).isEqualTo(FakeLine.TIME.plusMillis(10));
    }

    @Test
    void aSignThatCannotBeSentIsSilence() {
        // Given
        FakeLine line = line();
        beat();
        line.fails = true;

        // When
        pass(Duration.ofSeconds(2));
        beat();

        // Then
        assertThat(channel.isAlive()).isFalse();
        assertThat(silences).hasValue(1);
    }

    @Test
    void F33_anEndThatIsToldLateSaysNothingOfTheNextLine() {
        // Given
        FakeLine first = line();
        beat();
        first.end();
        FakeLine second = line();
        beat();

        // When
        first.end();
        first.hear("grantkeeper_4294967295", "1 0");

        // Then
        assertThat(channel.isAlive()).isTrue();
        assertThat(channel.databaseTime()).isEqualTo(FakeLine.TIME);
        assertThat(silences).hasValue(1);
        assertThat(second.done).doesNotContain("close");
    }

    @Test
    void aDatabaseThatIsAwayIsTriedLessAndLessOftenAndAtLeastEverySecond() {
        // Given
        List<Long> waits = new ArrayList<>();

        // When
        long last = now;
        for (int tries = 0; tries < 4; ) {
            int before = opened;
            beat();
            if (opened > before) {
                waits.add(Duration.ofNanos(now - last).toMillis());
                last = now;
                tries++;
            }
            pass(Duration.ofMillis(50));
        }

        // Then
        assertThat(waits).containsExactly(0L, 250L, 500L, 1000L);
    }

    @Test
    void aLineThatDoesNotListenIsClosed() {
        // Given
        FakeLine line = line();
        line.fails = true;

        // When
        beat();

        // Then
        assertThat(line.done).containsExactly("close");
        assertThat(silences).hasValue(0);
    }

    @Test
    void noticesAreHeardAndCountedByKind() {
        // Given
        FakeLine line = line();
        beat();

        // When
        line.hear("grantkeeper", "changed " + CONNECTION);
        line.hear("grantkeeper", "awaited " + CONNECTION);
        line.hear("grantkeeper", "danced " + CONNECTION);

        // Then
        assertThat(heard).containsExactly(new Changed(CONNECTION), new Awaited(CONNECTION));
        assertThat(meters.get("grantkeeper.notices")
                        .tag("kind", "changed")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("grantkeeper.notices")
                        .tag("kind", "unknown")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatThisReplicaDidItHearsAtOnce() {
        // When
        channel.tellHere(new Changed(CONNECTION));

        // Then
        assertThat(heard).containsExactly(new Changed(CONNECTION));
    }

    @Test
    void aClosedChannelOpensNothingAnyMore() {
        // Given
        FakeLine line = line();
        beat();

        // When
        channel.close().await().indefinitely();
        pass(Duration.ofSeconds(10));
        beat();

        // Then
        assertThat(line.done).endsWith("close");
        assertThat(channel.isAlive()).isFalse();
        assertThat(opened).isEqualTo(1);
    }

    private int opened;

    private Uni<Line> open() {
        opened++;
        return lines.isEmpty()
                ? Uni.createFrom().failure(new IllegalStateException("away"))
                : Uni.createFrom().item(lines.removeFirst());
    }

    private FakeLine line() {
        FakeLine line = new FakeLine();
        lines.add(line);
        return line;
    }

    private void beat() {
        channel.beat().await().indefinitely();
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }

    private double up() {
        return meters.get("grantkeeper.channel.up").gauge().value();
    }

    private double losses() {
        return meters.get("grantkeeper.channel.losses").counter().count();
    }
}
