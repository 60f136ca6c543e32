package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/**
 * How many connections of one client were refreshed here lately, and how many of them were told to be dead. A connection
 * counts once, however often it was tried.
 */
final class DeathWatch {

    /** Beyond it the oldest are forgotten: the share is as telling by then. */
    private static final int MOST = 50_000;

    private final Duration window;
    private final SequencedMap<ConnectionId, Duration> attempts = new LinkedHashMap<>();
    private final SequencedMap<ConnectionId, Duration> deaths = new LinkedHashMap<>();
    private final SequencedMap<ConnectionId, Duration> settled = new LinkedHashMap<>();

    DeathWatch(Duration window) {
        this.window = window;
    }

    /** @param earlier how many connections died before the one in question */
    record Tally(int earlier, int deaths, int attempts) {

        boolean isMoreThan(double share) {
            return deaths > share * attempts;
        }
    }

    synchronized void attempted(ConnectionId connection, Duration now) {
        note(attempts, connection, now);
    }

    /** Notes an attempt that was answered by death. */
    synchronized Tally died(ConnectionId connection, Duration now) {
        note(attempts, connection, now);
        note(deaths, connection, now);
        settled.remove(connection);
        return new Tally(deaths.size() - 1, deaths.size(), attempts.size());
    }

    /** The connection in question is dead beyond doubt, so that its death is no evidence against the provider. */
    synchronized void settle(ConnectionId connection, Duration now) {
        deaths.remove(connection);
        note(settled, connection, now);
    }

    /** Whose deaths are beyond doubt. */
    synchronized Set<ConnectionId> settled() {
        return Set.copyOf(settled.keySet());
    }

    /** After an incident what the provider said during it is no evidence. */
    synchronized void forget() {
        attempts.clear();
        deaths.clear();
    }

    /** The oldest stand first, and leave together with whatever is too old. */
    private void note(SequencedMap<ConnectionId, Duration> times, ConnectionId connection, Duration now) {
        times.putLast(connection, now);
        forgetBefore(now.minus(window));
        if (times.size() > MOST) {
            times.pollFirstEntry();
        }
    }

    private void forgetBefore(Duration oldest) {
        forgetBefore(attempts, oldest);
        forgetBefore(deaths, oldest);
        forgetBefore(settled, oldest);
    }

    private static void forgetBefore(SequencedMap<ConnectionId, Duration> times, Duration oldest) {
        Iterator<Duration> each = times.values().iterator();
        while (each.hasNext() && each.next().compareTo(oldest) < 0) {
            each.remove();
        }
    }
}
