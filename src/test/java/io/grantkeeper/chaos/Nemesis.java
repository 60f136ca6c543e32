package io.grantkeeper.chaos;

import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.History.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Breaks things in an order that its seed decides, and lets quiet reign between them. */
final class Nemesis {

    /** The same for everybody, so that a run can be repeated; another by {@code -Dchaos.seed=}. */
    private static final long SEED = Long.getLong("chaos.seed", 20_261_121);

    private final Random random = new Random(SEED);
    private final List<Trouble> troubles = new ArrayList<>();
    private final History history;
    private final Duration quiet;

    Nemesis(History history, Duration quiet) {
        this.history = history;
        this.quiet = quiet;
    }

    /**
     * Something that can be broken and mended.
     *
     * @param lasts for how long at most
     * @param recovers within what time of its end a token must be answered; zero where nobody has to wait
     */
    private record Trouble(
            String name, Set<Excuse> excuses, Duration lasts, Duration recovers, Runnable begin, Runnable end) {}

    Nemesis knows(String name, Set<Excuse> excuses, Duration lasts, Duration recovers, Runnable begin, Runnable end) {
        troubles.add(new Trouble(name, excuses, lasts, recovers, begin, end));
        return this;
    }

    /** So many faults, each followed by quiet. */
    void run(int rounds) {
        System.out.println("chaos seed " + SEED);
        for (int round = 0; round < rounds; round++) {
            Pause.of(quiet);
            // Each of them once before any of them twice.
            afflict(troubles.get(round % troubles.size()));
        }
        Pause.of(quiet);
    }

    private void afflict(Trouble trouble) {
        Pause.of(Duration.ofMillis(random.nextLong(500)));
        long began = System.nanoTime();
        trouble.begin().run();
        Pause.of(trouble.lasts().multipliedBy(50 + random.nextInt(51)).dividedBy(100));
        trouble.end().run();
        Fault fault = new Fault(
                trouble.name(),
                began,
                System.nanoTime(),
                trouble.excuses(),
                Optional.of(trouble.recovers()).filter(time -> !time.isZero()));
        history.add(fault);
        System.out.printf("chaos fault %s for %d ms%n", fault.name(), (fault.lifted() - began) / 1_000_000);
    }
}
