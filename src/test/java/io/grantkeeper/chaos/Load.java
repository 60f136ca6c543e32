package io.grantkeeper.chaos;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Agents that ask all the time, each for any of the connections, at any replica that the balancer before them takes for
 * ready.
 */
final class Load implements AutoCloseable {

    private static final Duration PROBED = Duration.ofMillis(100);

    private final World world;
    private final List<Connected> connections;
    private final Duration pause;
    private final Map<Replica, Api> agents = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile List<Replica> ready = List.of();
    private volatile boolean over;

    private Load(World world, List<Connected> connections, Duration pause) {
        this.world = world;
        this.connections = connections;
        this.pause = pause;
    }

    /** Begins. */
    static Load of(World world, List<Connected> connections, int callers, Duration pause) {
        Load load = new Load(world, connections, pause);
        load.probe();
        load.threads.add(Thread.ofVirtual().start(load::balance));
        for (int i = 0; i < callers; i++) {
            load.threads.add(Thread.ofVirtual().start(load::call));
        }
        return load;
    }

    private void balance() {
        while (!over) {
            probe();
            Pause.of(PROBED);
        }
    }

    private void probe() {
        ready = world.replicas().all().stream().filter(Replica::isReady).toList();
    }

    private void call() {
        while (!over) {
            Connected connection = connections.get(ThreadLocalRandom.current().nextInt(connections.size()));
            pick().ifPresent(replica -> callAt(replica, connection));
            Pause.of(pause);
        }
    }

    private Call callAt(Replica replica, Connected connection) {
        return world.history().ask(replica, connection.id(), agents.computeIfAbsent(replica, Replica::agent));
    }

    private Optional<Replica> pick() {
        List<Replica> now = ready;
        return now.isEmpty()
                ? Optional.empty()
                : Optional.of(now.get(ThreadLocalRandom.current().nextInt(now.size())));
    }

    /** Ends, when the last of them has its answer. */
    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
