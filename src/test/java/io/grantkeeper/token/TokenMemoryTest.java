package io.grantkeeper.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.TestConnections;
import io.grantkeeper.replica.FakeChannel;
import io.grantkeeper.replica.Notice.Awaited;
import io.grantkeeper.replica.Notice.Changed;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.token.GoodToken.Source;
import io.grantkeeper.token.TokenMemory.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {

    private static final Held HELD = TestConnections.held(Duration.ofHours(1), Duration.ZERO);
    private static final ConnectionId ID = HELD.connection().id();
    private static final GoodToken TOKEN = new GoodToken(HELD, Secret.of("canary"), "fingerprint", Source.ROW);
    private static final Changed CHANGED = new Changed(ID.value());

    private final FakeChannel channel = new FakeChannel();
    private final TokenMemory memory = new TokenMemory(channel, 100);

    @Test
    void whatWasReadIsRecalled() {
        // When
        memory.remember(memory.ticket(ID), TOKEN);

        // Then
        GoodToken recalled = memory.recall(ID).orElseThrow();
        assertThat(recalled.accessToken().reveal()).isEqualTo("canary");
        assertThat(recalled.source()).isEqualTo(Source.MEMORY);
    }

    @Test
    void F15_itIsLookedAtAtTheDatabasesTime() {
        // Given
        memory.remember(memory.ticket(ID), TOKEN);

        // When
        channel.time = TestConnections.OBTAINED.plus(Duration.ofHours(1));

        // Then
        assertThat(memory.recall(ID).orElseThrow().held().isAlive()).isFalse();
    }

    @Test
    void F34_nothingIsRecalledWhileTheChannelIsNotAlive() {
        // Given
        memory.remember(memory.ticket(ID), TOKEN);

        // When
        channel.alive = false;

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void F36_whatWasRememberedBeforeASilenceIsNotRecalledAfterIt() {
        // Given
        memory.remember(memory.ticket(ID), TOKEN);

        // When
        channel.lose();
        channel.alive = true;

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void A113_aNoticeWipesItOut() {
        // Given
        memory.remember(memory.ticket(ID), TOKEN);

        // When
        channel.tellHere(CHANGED);

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void otherNoticesDoNot() {
        // Given
        memory.remember(memory.ticket(ID), TOKEN);

        // When
        channel.tellHere(new Awaited(ID.value()));
        channel.tellHere(new Changed(UUID.fromString("0190a000-0000-7000-8000-000000000002")));

        // Then
        assertThat(memory.recall(ID)).isPresent();
    }

    @Test
    void A113_whatWasReadBeforeANoticeIsNotRememberedAfterIt() {
        // Given
        Ticket ticket = memory.ticket(ID);

        // When
        channel.tellHere(CHANGED);
        memory.remember(ticket, TOKEN);

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void F36_whatWasReadBeforeASilenceIsNotRememberedAfterIt() {
        // Given
        Ticket ticket = memory.ticket(ID);

        // When
        channel.lose();
        channel.alive = true;
        memory.remember(ticket, TOKEN);

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void F36_whatWasReadDuringASilenceIsNotRememberedAfterIt() {
        // Given
        channel.lose();
        Ticket ticket = memory.ticket(ID);

        // When
        channel.alive = true;
        memory.remember(ticket, TOKEN);

        // Then
        assertThat(memory.recall(ID)).isEmpty();
    }

    @Test
    void A113_aNoticeAndAReadAtOnceLeaveNothingBehind() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2000; i++) {
                // Given
                Ticket ticket = memory.ticket(ID);
                CyclicBarrier barrier = new CyclicBarrier(2);
                List<Future<?>> both = new ArrayList<>();

                // When
                both.add(pool.submit(() -> {
                    barrier.await();
                    memory.remember(ticket, TOKEN);
                    return null;
                }));
                both.add(pool.submit(() -> {
                    barrier.await();
                    channel.tellHere(CHANGED);
                    return null;
                }));
                for (Future<?> each : both) {
                    each.get();
                }

                // Then
                assertThat(memory.recall(ID)).isEmpty();
            }
        }
    }

    @Test
    void I7_theTokenIsInNoText() {
        assertThat(TOKEN.toString()).doesNotContain("canary");
    }
}
