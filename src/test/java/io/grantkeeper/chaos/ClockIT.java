package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.ScriptedProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica on a machine whose clock is wrong (row F15). */
@Tag("chaos")
class ClockIT {

    private static final Duration JUMP = Duration.ofHours(2);
    private static final Duration LASTS = Duration.ofSeconds(World.LONG ? 30 : 4);

    /** Short, so that a wrong idea of the time would show at once. */
    private static final Duration LIFETIME = Duration.ofSeconds(4);

    private static final Pattern BEGIN_OF_LINE = Pattern.compile("(?m)^(\\d{4}-\\d\\d-\\d\\dT\\S+) ");

    private World world;
    private Replica a;
    private Optional<NodeClock> clock = Optional.empty();

    @BeforeEach
    void aReplicaWithAClockOfItsOwn() {
        if ("required".equals(System.getenv("GRANTKEEPER_TEST_FAKETIME"))) {
            assertThat(NodeClock.isPossible())
                    .as("libfaketime in its usual place")
                    .isTrue();
        }
        assumeTrue(NodeClock.isPossible(), "No clock is set wrong: libfaketime is not installed.");
        world = World.get();
        a = world.a();
        clock = Optional.of(NodeClock.right());
        a.restart(clock.get().settings());
    }

    @AfterEach
    void theMachinesClock() {
        clock.ifPresent(each -> a.restartWithout(each.settings()));
    }

    @Test
    void F15_aClockThatJumpsMisleadsNobody() {
        // Given
        ScriptedProvider provider = world.strict();
        provider.lifetime(LIFETIME);
        List<Connected> connections = new ArrayList<>(world.connected(provider, 6));
        connections.add(world.connectedTwoLegged(provider));
        long began = System.nanoTime();

        // When
        try (Load load = Load.of(world, connections, 8, Duration.ofMillis(20))) {
            for (Duration off : List.of(JUMP, JUMP.negated(), Duration.ZERO, JUMP, Duration.ZERO)) {
                jump(off, LASTS);
            }
            for (int i = 0; i < 10; i++) {
                jump(i % 2 == 0 ? JUMP : JUMP.negated(), Duration.ofMillis(300));
            }
            jump(JUMP, LASTS);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        // Then
        assertThat(world.history().calls())
                .hasSizeGreaterThan(500)
                .allMatch(Call::isGranted)
                .anyMatch(call -> call.replica().equals(a.name()));
        assertThat(world.violations(provider)).isEmpty();
        // A token is good for half of its life at least before it is replaced.
        long most = took.dividedBy(LIFETIME.dividedBy(2)) + 1;
        assertThat(connections).allMatch(each -> world.refreshes(each).size() <= most);
        assertThat(connections).allMatch(each -> world.refreshes(each).stream().allMatch(Refresh::isGranted));
        assertThat(lastLineAfterItsEnd()).isAfter(Instant.now().plus(JUMP).minusSeconds(600));
    }

    private void jump(Duration off, Duration lasts) {
        long began = System.nanoTime();
        clock.orElseThrow().isOff(off);
        Pause.of(lasts);
        // Nobody has to wait for its end: nothing is refused meanwhile.
        world.history().add(new Fault("clock off by " + off, began, System.nanoTime(), Set.of(), Optional.empty()));
    }

    /** By the time that it wrote: the clock of the process was really wrong. */
    private Instant lastLineAfterItsEnd() {
        a.terminate();
        return BEGIN_OF_LINE
                .matcher(a.process().output())
                .results()
                .map(line -> OffsetDateTime.parse(line.group(1)).toInstant())
                .reduce((one, next) -> next)
                .orElseThrow();
    }
}
