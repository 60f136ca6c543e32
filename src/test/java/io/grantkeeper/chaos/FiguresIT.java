package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Measures what the documents promise, and prints it: {@code -Pchaos -Dchaos.figures=true -Dit.test=FiguresIT}. */
@Tag("chaos")
@EnabledIfSystemProperty(named = "chaos.figures", matches = "true")
class FiguresIT {

    private static final int KILLS = Integer.getInteger("chaos.kills", 200);
    private static final int FAULTY_ANSWERS = Integer.getInteger("chaos.answers", 10_000);
    private static final int EXPIRIES = Integer.getInteger("chaos.expiries", 100);
    private static final int CALLERS = Integer.getInteger("chaos.callers", 1_000);
    private static final int WINDOWS = Integer.getInteger("chaos.windows", 500);
    private static final int WARM_UP = Integer.getInteger("chaos.warm-up", 500);
    private static final int OUTAGES = Integer.getInteger("chaos.outages", 10);

    private World world;
    private Replica a;
    private Replica b;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        a = world.a();
        b = world.b();
    }

    @Test
    void duplicateRefreshes() {
        ScriptedProvider provider = world.strict();
        Connected connection = world.connected(provider);
        world.history().fault("expiry under load", Set.of());
        for (int round = 0; round < EXPIRIES; round++) {
            world.replicas().expire(connection);
            List<CompletableFuture<Call>> calls = IntStream.range(0, CALLERS)
                    .mapToObj(each -> world.start(each % 2 == 0 ? a : b, connection))
                    .toList();
            calls.forEach(CompletableFuture::join);
        }
        List<Call> calls = world.history().calls();
        figure("concurrent_calls", calls.size());
        figure(
                "concurrent_calls_refused",
                calls.stream().filter(call -> !call.isGranted()).count());
        figure("duplicate_refreshes", world.refreshes(connection).size() - EXPIRIES);
        assertThat(world.violations(provider)).isEmpty();
    }

    @Test
    void killsInTheWindow() {
        ScriptedProvider provider = world.forgiving();
        List<Long> takeovers = new ArrayList<>();
        List<Connected> connections = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            Replica victim = world.replicas().get(i % 2);
            Connected connection = world.expired(provider);
            connections.add(connection);
            provider.next(
                    Endpoint.TOKEN,
                    Script.properly(Delivery.between(victim::freeze, () -> world.kill(victim, Excuse.SECOND_ASKER))));
            world.start(victim, connection);
            await().until(() -> !victim.isRunning());
            long killed = System.nanoTime();
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> world.replicas().version(connection) > 1
                            || world.replicas().status(connection).equals("error"));
            takeovers.add(System.nanoTime() - killed);
            world.replicas().mend();
        }
        figure("kills_in_window", KILLS);
        figure(
                "kills_lost",
                connections.stream()
                        .filter(each -> !world.replicas().status(each).equals("active"))
                        .count());
        quantiles("takeover_ms", takeovers);
        assertThat(world.violations(provider)).isEmpty();
    }

    /** By one replica as it is run in earnest, once its code is compiled; a write of the disk alone after each. */
    @Test
    void theWindowWithoutGrace() throws IOException {
        ScriptedProvider provider = ScriptedProvider.telling("window", Rotation.strict());
        List<Long> windows = Collections.synchronizedList(new ArrayList<>());
        List<Long> fsyncs = new ArrayList<>();
        AtomicLong flushed = new AtomicLong();
        Path file = Files.createTempFile(Path.of("target"), "fsync", ".bin");
        try (Replicas alone = Replicas.start(world.postgres(), List.of(provider), 1, Map.of("JAVA_OPTS", "-Xmx512m"));
                FileChannel disk = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Replica only = alone.get(0);
            List<Connected> connections = IntStream.range(0, 20)
                    .mapToObj(each -> alone.connect(provider))
                    .toList();
            provider.always(
                    Endpoint.TOKEN, Script.properly(Delivery.between(() -> flushed.set(System.nanoTime()), () -> {})));
            only.network().watch((statement, link) -> {
                if (Statements.isCommit(statement)) {
                    link.onAnswer(() -> windows.add(System.nanoTime() - flushed.get()));
                }
            });
            for (int i = 0; i < WARM_UP + WINDOWS; i++) {
                if (i == WARM_UP) {
                    windows.clear();
                    fsyncs.clear();
                }
                Connected connection = connections.get(i % connections.size());
                alone.expire(connection);
                only.agent().get("/api/apps/" + connection.id() + "/token");
                fsyncs.add(fsync(disk));
            }
        } finally {
            provider.close();
            Files.delete(file);
        }
        quantiles("zero_grace_window_ms", windows);
        quantiles("fsync_ms", fsyncs);
    }

    @Test
    void wrongDeaths() {
        ScriptedProvider provider = world.forgiving();
        provider.knowEveryClient();
        // A client each, or breakers would spare the provider most of it.
        List<Connected> connections = IntStream.range(0, 200)
                .mapToObj(each -> world.connectedByOwnClient(provider, "client-" + each))
                .toList();
        List<Script> faults = List.of(
                Script.json(500, "{\"error\": \"invalid_grant\"}"),
                Script.json(503, ""),
                Script.answer(429, "text/plain", ""),
                Script.json(401, "{\"error\": \"invalid_client\"}"),
                Script.html(),
                Script.answer(200, "application/json", ""),
                Script.json(400, "{\"error\": \"unauthorized_client\"}"),
                Script.json(400, "{\"error\": \"something_new\"}"),
                Script.properly(Delivery.halfAndClose()),
                Script.properly(Delivery.never()));
        Random random = new Random(1);
        world.history().fault("faulty answers", Set.of());
        int before = provider.log().refreshes().size();
        long deadline = System.nanoTime() + Duration.ofMinutes(30).toNanos();
        provider.always(
                Endpoint.TOKEN,
                exchange -> faults.get(random.nextInt(faults.size())).play(exchange));
        while (provider.log().refreshes().size() - before < FAULTY_ANSWERS && System.nanoTime() < deadline) {
            world.replicas()
                    .database()
                    .execute("update credential set access_expires_at = clock_timestamp() - interval '1 second',"
                            + " retry_at = null");
            connections.stream().map(each -> world.start(a, each)).toList().forEach(CompletableFuture::join);
        }
        figure("faulty_answers", provider.log().refreshes().size() - before);
        figure(
                "wrong_deaths",
                connections.stream()
                        .filter(each -> !world.replicas().status(each).equals("active"))
                        .count());
        assertThat(world.violations(provider)).isEmpty();
    }

    /** With the deadlines that are set where nothing is said. */
    @Test
    void latenciesUnderHangs() throws Exception {
        ScriptedProvider broken = ScriptedProvider.telling("broken", Rotation.strict());
        try (Replicas alone = Replicas.start(world.postgres(), List.of(broken), 1, Map.of())) {
            List<Connected> expired = IntStream.range(0, 20)
                    .mapToObj(each -> alone.connect(broken))
                    .toList();
            hang("provider_silent", alone, expired, () -> broken.always(Endpoint.TOKEN, Script.hang()), broken::reset);
            hang(
                    "provider_drips",
                    alone,
                    expired,
                    () -> broken.always(Endpoint.TOKEN, Script.properly(Delivery.drip(Duration.ofSeconds(1)))),
                    broken::reset);
            hang("postgres_frozen", alone, expired, world.postgres()::freeze, world.postgres()::thaw);
            hang(
                    "network_silent",
                    alone,
                    expired,
                    alone.get(0).network()::stall,
                    alone.get(0).network()::pass);
            Connection lock = alone.database().connect();
            lock.setAutoCommit(false);
            hang(
                    "rows_locked",
                    alone,
                    expired,
                    () -> execute(lock, "select from credential for update"),
                    () -> execute(lock, "rollback"));
            lock.close();
        } finally {
            broken.close();
        }
    }

    private static void hang(
            String name, Replicas replicas, List<Connected> connections, Runnable begin, Runnable end) {
        replicas.expire(connections.toArray(Connected[]::new));
        begin.run();
        List<Long> took = Collections.synchronizedList(new ArrayList<>());
        try {
            for (int round = 0; round < 3; round++) {
                connections.stream()
                        .map(each -> timed(replicas.get(0), each, took))
                        .toList()
                        .forEach(CompletableFuture::join);
            }
        } finally {
            end.run();
        }
        quantiles("hang_" + name + "_ms", took);
        Pause.of(Duration.ofSeconds(5));
    }

    private static CompletableFuture<Void> timed(Replica replica, Connected connection, List<Long> took) {
        long began = System.nanoTime();
        return replica.agent()
                .start("GET", "/api/apps/" + connection.id() + "/token", "")
                .thenAccept(answer -> took.add(System.nanoTime() - began));
    }

    @Test
    void firstTokenAfterAnOutage() {
        ScriptedProvider provider = world.strict();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < OUTAGES; i++) {
            Connected connection = world.expired(provider);
            world.postgres().stopImmediately();
            world.ask(a, connection);
            world.postgres().start();
            long back = System.nanoTime();
            Call call = world.ask(a, connection);
            while (!call.isGranted()
                    && System.nanoTime() - back < Duration.ofSeconds(60).toNanos()) {
                Pause.of(Duration.ofMillis(20));
                call = world.ask(a, connection);
            }
            times.add(System.nanoTime() - back);
        }
        quantiles("first_token_after_outage_ms", times);
    }

    private static long fsync(FileChannel disk) throws IOException {
        disk.write(ByteBuffer.allocate(8192));
        long began = System.nanoTime();
        disk.force(false);
        return System.nanoTime() - began;
    }

    private static void execute(Connection session, String statement) {
        try (var prepared = session.prepareStatement(statement)) {
            prepared.execute();
        } catch (java.sql.SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void quantiles(String name, List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        for (double quantile : new double[] {0.5, 0.99, 0.999, 1}) {
            int index = (int) Math.ceil(quantile * sorted.size()) - 1;
            figure(name + " p" + quantile * 100, sorted.get(Math.max(0, index)) / 1e6);
        }
    }

    private static void figure(String name, double value) {
        System.out.printf("figure %s %.1f%n", name, value);
    }
}
