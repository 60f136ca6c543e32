package io.grantkeeper.chaos;

import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Agents, one a connection, all of which want a token now, and come again when they are told to until they have one. */
final class Herd {

    /** As many sockets as this machine has for them. */
    private static final int AT_ONCE = 600;

    private final World world;
    private final List<Connected> connections;
    private final Map<Replica, Api> agents = new ConcurrentHashMap<>();
    private final Semaphore sockets = new Semaphore(AT_ONCE);
    private final ConcurrentMap<Connected, Long> healthy = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final ConcurrentMap<Integer, Integer> refusals = new ConcurrentHashMap<>();
    private final List<Thread> threads;

    private Herd(World world, List<Connected> connections) {
        this.world = world;
        this.connections = connections;
        this.threads = connections.stream()
                .map(each -> Thread.ofVirtual().unstarted(() -> askUntilHealthy(each)))
                .toList();
    }

    /** Begins. */
    static Herd of(World world, List<Connected> connections) {
        Herd herd = new Herd(world, connections);
        herd.threads.forEach(Thread::start);
        return herd;
    }

    private void askUntilHealthy(Connected connection) {
        Optional<Duration> wait = waitAfterAsking(connection);
        while (wait.isPresent()) {
            Pause.of(wait.get());
            wait = waitAfterAsking(connection);
        }
        healthy.put(connection, System.nanoTime());
    }

    /** Empty when there is a token; whoever is not answered at all comes again, and is counted. */
    private Optional<Duration> waitAfterAsking(Connected connection) {
        try {
            Answer answer = ask(connection);
            if (answer.status() == 200) {
                return Optional.empty();
            }
            refusals.merge(answer.status(), 1, Integer::sum);
            return Optional.of(Duration.ofSeconds(
                    Long.parseLong(answer.header("Retry-After").orElse("1"))));
        } catch (UncheckedIOException none) {
            unanswered.incrementAndGet();
            return Optional.of(Duration.ofSeconds(1));
        }
    }

    private Answer ask(Connected connection) {
        List<Replica> all = world.replicas().all();
        Replica replica = all.get(ThreadLocalRandom.current().nextInt(all.size()));
        sockets.acquireUninterruptibly();
        try {
            asked.incrementAndGet();
            return agents.computeIfAbsent(replica, Replica::agent).get("/api/apps/" + connection.id() + "/token");
        } finally {
            sockets.release();
        }
    }

    /** How many asks there were. */
    int asked() {
        return asked.get();
    }

    /** How many of them were refused, by status. */
    Map<Integer, Integer> refusals() {
        return Map.copyOf(refusals);
    }

    /** How many asks got no answer in time, or lost their connection. */
    int unanswered() {
        return unanswered.get();
    }

    /** When the last of them got its token; empty while there is one without. */
    Optional<Long> allHealthyAt() {
        return healthy.size() < connections.size()
                ? Optional.empty()
                : healthy.values().stream().max(Long::compare);
    }
}
