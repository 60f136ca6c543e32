package io.grantkeeper.bench;

import io.grantkeeper.bench.Wrk.Round;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.ScriptedProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Measures all that is measured, in one run, and prints it. */
public final class Bench {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int MANY = Integer.getInteger("bench.connections", 1_000_000);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 10));
    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up", 30));

    /** So many are signed: more than two cores answer. */
    private static final double MOST_PER_SECOND = 60_000;

    private final Requests requests;
    private final Wrk wrk;
    private final Path folder;
    private final List<Figure> bare = new ArrayList<>();
    private final List<Figure> hotOfFew = new ArrayList<>();
    private final List<Figure> hotOfMany = new ArrayList<>();

    /**
     * A round, and what the service's process used of a processor for each request of it: that is less disturbed by
     * others on the machine, and leaves out the load's own part.
     */
    private record Figure(Round round, double cpuMicros) {

        double perSecond() {
            return round.perSecond();
        }
    }

    private Bench(Path script, Path folder) {
        this.folder = folder;
        this.requests = new Requests(folder);
        this.wrk = new Wrk(script);
    }

    /** @param arguments {@code replay.lua} and a folder to write to */
    public static void main(String... arguments) throws IOException, SQLException {
        Bench bench = new Bench(
                Path.of(arguments[0]).toAbsolutePath(),
                Files.createDirectories(Path.of(arguments[1])).toAbsolutePath());
        try (MockProvider users = MockProvider.start("unused", Duration.ofHours(1));
                ScriptedProvider provider = ScriptedProvider.telling("scripted");
                Site few = Site.start("few", bench.folder, users, provider);
                Site many = Site.start("many", bench.folder, users, provider)) {
            bench.run(provider, few, many);
        }
    }

    private void run(ScriptedProvider provider, Site few, Site many) throws IOException, SQLException {
        say("load before: %.1f on %d cores", load(), Runtime.getRuntime().availableProcessors());
        Crowd.move(many.database(), MANY - Site.CONNECTIONS);
        few.measureOut();
        warmUp(few, many);
        for (int round = 0; round < ROUNDS; round++) {
            bare.add(bare(few, ROUND));
            hotOfFew.add(hot(few, ROUND));
            hotOfMany.add(hot(many, ROUND));
            say(
                    "round %d: bare %.0f/s, hot %.0f/s, hot of many %.0f/s, load %.1f",
                    round + 1,
                    bare.getLast().perSecond(),
                    hotOfFew.getLast().perSecond(),
                    hotOfMany.getLast().perSecond(),
                    load());
        }
        tell("bare endpoint", bare);
        tell("hot path, 1,000 connections stored", hotOfFew);
        tell("hot path, %,d connections stored".formatted(MANY), hotOfMany);
        say(
                "(a) hot path to bare endpoint: %.2f (aim 0.60); by the service's own work: %.2f",
                median(hotOfFew) / median(bare), cpu(bare) / cpu(hotOfFew));
        say("(c) with %,d connections to 1,000: %.2f (aim 0.90)", MANY, median(hotOfMany) / median(hotOfFew));
        provider.lifetime(Duration.ofSeconds(1));
        say("(b) refreshes a second, 1,000 connections stored: %.0f (aim 300)", refreshes(provider, few));
        say("    refreshes a second, %,d connections stored: %.0f", MANY, refreshes(provider, many));
        tellTimers(many);
        say("load after: %.1f", load());
    }

    private void warmUp(Site few, Site many) {
        Duration half = WARM_UP.dividedBy(2);
        wrk.run(requests.bare(few), half);
        hot(few, WARM_UP);
        hot(many, WARM_UP);
    }

    private Figure bare(Site site, Duration time) {
        var recorded = requests.bare(site);
        wrk.run(recorded, SETTLING);
        return measured(site, recorded, time);
    }

    private Figure hot(Site site, Duration time) {
        wrk.run(requests.hot(site, count(SETTLING)), SETTLING);
        return measured(site, requests.hot(site, count(time)), time);
    }

    private Figure measured(Site site, Requests.Recorded recorded, Duration time) {
        Duration before = site.cpuTime();
        Round round = wrk.run(recorded, time);
        Duration used = site.cpuTime().minus(before);
        return new Figure(round, used.toNanos() / 1e3 / round.requests());
    }

    private static int count(Duration time) {
        return (int) (time.toSeconds() * MOST_PER_SECOND);
    }

    /** Tokens live for a second: a caller that comes back to a connection after half of it has it refreshed. */
    private double refreshes(ScriptedProvider provider, Site site) {
        site.expire();
        wrk.run(requests.hot(site, count(SETTLING)), SETTLING.multipliedBy(2));
        var recorded = requests.hot(site, count(ROUND));
        long begin = System.nanoTime();
        Round answers = wrk.run(recorded, ROUND);
        long end = System.nanoTime();
        long granted = provider.log().refreshes().stream()
                .filter(refresh -> refresh.isGranted() && refresh.began() >= begin && refresh.ended() <= end)
                .count();
        say(
                "    %.0f answers a second meanwhile, p50 %s, p99 %s",
                answers.perSecond(), millis(answers.p50()), millis(answers.p99()));
        return granted * 1e9 / (end - begin);
    }

    private void tellTimers(Site many) throws IOException, SQLException {
        Path plans = folder.resolve("plans.txt");
        List<Timers.Cost> costs = Timers.explain(many.database(), plans);
        say("statements that run on a timer, %,d connections stored (plans in %s):", MANY, plans);
        for (Timers.Cost cost : costs) {
            say(
                    "    %-22s %9.3f ms %7.3f ms each second  %s",
                    cost.name(),
                    cost.millis(),
                    cost.millisPerSecond(),
                    cost.scans().isEmpty() ? "" : "reads all of " + cost.scans());
        }
        say(
                "    together %.2f ms of each second",
                costs.stream().mapToDouble(Timers.Cost::millisPerSecond).sum());
    }

    private static void tell(String what, List<Figure> figures) {
        Round middle = middle(figures).round();
        say(
                "%-40s %8.0f/s  p50 %s  p99 %s  %5.1f µs of a processor",
                what, middle.perSecond(), millis(middle.p50()), millis(middle.p99()), cpu(figures));
    }

    private static double median(List<Figure> figures) {
        return middle(figures).perSecond();
    }

    /** The round in the middle, by its throughput. */
    private static Figure middle(List<Figure> figures) {
        return inOrder(figures, Figure::perSecond);
    }

    private static double cpu(List<Figure> figures) {
        return inOrder(figures, Figure::cpuMicros).cpuMicros();
    }

    private static Figure inOrder(List<Figure> figures, ToDoubleFunction<Figure> by) {
        return figures.stream()
                .sorted(Comparator.comparingDouble(by))
                .toList()
                .get(figures.size() / 2);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / 1e6);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
