package io.grantkeeper.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Held;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.token.GoodToken.Source;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens as rows had them, unsealed, for as long as this replica hears of every change.
 *
 * <p>Nothing is recalled unless the channel is alive, and the time that expiries are compared with is the database's. What
 * was read before a notice, or before a silence, is not remembered after it.
 */
@ApplicationScoped
class TokenMemory {

    private static final Duration UNUSED = Duration.ofMinutes(15);
    private static final int SLOTS = 1 << 12;

    /** @param silences how many there had been: what an earlier one did not wipe out counts no more */
    private record Remembered(Held held, Secret accessToken, String fingerprint, long silences) {

        boolean isNewerThan(@Nullable Remembered other) {
            return other == null || other.silences != silences || held.version() >= other.held.version();
        }
    }

    /** What had been heard when a read began. */
    record Ticket(ConnectionId id, boolean heard, long silences, long notices) {}

    private final Channel channel;
    private final Cache<ConnectionId, Remembered> tokens;
    private final AtomicLong silences = new AtomicLong();

    /** Notices so far, of all the connections that share a slot. */
    private final AtomicLongArray notices = new AtomicLongArray(SLOTS);

    @Inject
    TokenMemory(Channel channel, TokenConfig config) {
        this(channel, config.remembered());
    }

    TokenMemory(Channel channel, int most) {
        this.channel = channel;
        this.tokens = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(UNUSED)
                .build();
        channel.subscribe(this::hear);
        channel.onSilence(this::forgetAll);
    }

    /** The token of the connection as it is now, where what is remembered of it is known to be true. */
    Optional<GoodToken> recall(ConnectionId id) {
        if (!channel.isAlive()) {
            return Optional.empty();
        }
        return Optional.ofNullable(tokens.getIfPresent(id))
                .filter(found -> found.silences() == silences.get())
                .map(found -> new GoodToken(
                        found.held().at(channel.databaseTime()),
                        found.accessToken(),
                        found.fingerprint(),
                        Source.MEMORY));
    }

    /** To be taken before a row is read that may be remembered. */
    Ticket ticket(ConnectionId id) {
        // In this order: a silence that comes in between makes the ticket void.
        long silencesBefore = silences.get();
        return new Ticket(id, channel.isAlive(), silencesBefore, notices.get(slot(id)));
    }

    /** Remembers what was read since the ticket was taken, unless it may have changed meanwhile. */
    void remember(Ticket ticket, GoodToken token) {
        Remembered fresh = new Remembered(token.held(), token.accessToken(), token.fingerprint(), ticket.silences());
        // A notice that comes while this computes waits for it, and then removes what it stored.
        tokens.asMap()
                .compute(
                        ticket.id(),
                        (same, before) -> isTrueStill(ticket) && fresh.isNewerThan(before) ? fresh : before);
    }

    private boolean isTrueStill(Ticket ticket) {
        return ticket.heard()
                && ticket.silences() == silences.get()
                && ticket.notices() == notices.get(slot(ticket.id()));
    }

    private void hear(Notice notice) {
        if (notice instanceof Notice.Changed changed) {
            forget(new ConnectionId(changed.connection()));
        }
    }

    /** In this order: whoever stores in between sees the notice, or stores before the removal. */
    private void forget(ConnectionId id) {
        notices.incrementAndGet(slot(id));
        tokens.invalidate(id);
    }

    private void forgetAll() {
        silences.incrementAndGet();
        tokens.invalidateAll();
    }

    private static int slot(ConnectionId id) {
        return Math.floorMod(id.hashCode(), SLOTS);
    }
}
