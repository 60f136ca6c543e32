package io.grantkeeper.chaos;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What callers saw and what was done to the service meanwhile. Times are {@link System#nanoTime()}. */
public final class History {

    /** A call that nobody answered: the process was gone, or the connection. */
    static final int NO_ANSWER = 0;

    private final Collection<Call> calls = new ConcurrentLinkedQueue<>();
    private final Collection<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Collection<Deletion> deletions = new ConcurrentLinkedQueue<>();
    private final Collection<Breakdown> breakdowns = new ConcurrentLinkedQueue<>();

    /**
     * A call for a token.
     *
     * @param status {@link #NO_ANSWER} where there was none
     */
    public record Call(
            String connection,
            String replica,
            long began,
            long ended,
            int status,
            Optional<String> token,
            String error) {

        public boolean isGranted() {
            return status == 200;
        }

        public Duration took() {
            return Duration.ofNanos(ended - began);
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return status + " " + error + " of " + connection + " at " + replica + " after " + took();
        }
    }

    /** What a fault excuses that would be a violation otherwise. */
    public enum Excuse {
        /** Whoever asked the provider is gone or cut off, so another may ask, with the same token. */
        SECOND_ASKER,
        /** A rotated token may be lost with the process that got it. */
        LOSS
    }

    /**
     * Something that was done to the service or to what it depends on.
     *
     * @param recovers within what time of its end a token is answered again; empty where none was refused
     */
    public record Fault(String name, long began, long lifted, Set<Excuse> excuses, Optional<Duration> recovers) {

        boolean excuses(Excuse excuse, long from, long until) {
            return excuses.contains(excuse) && began <= until && lifted >= from;
        }
    }

    /** A connection that was removed, and when that was answered. */
    public record Deletion(String connection, long acknowledged) {}

    /** A time in which a provider was known to be broken, and how seldom it may be asked then. */
    public record Breakdown(long from, long until, Duration probeEvery) {}

    /** Asks for a token, and writes down what came of it. */
    public Call ask(Replicas.Replica replica, String connection, Api agent) {
        return ask(replica.name(), connection, "/api/apps/" + connection + "/token", agent);
    }

    Call ask(String replica, String connection, String target, Api agent) {
        long began = System.nanoTime();
        Call call;
        try {
            Answer answer = agent.get(target);
            call = new Call(
                    connection,
                    replica,
                    began,
                    System.nanoTime(),
                    answer.status(),
                    Optional.of(answer.text("accessToken")).filter(token -> !token.isEmpty()),
                    answer.text("error"));
        } catch (UncheckedIOException hungUp) {
            call = new Call(
                    connection, replica, began, System.nanoTime(), NO_ANSWER, Optional.empty(), hungUp.getMessage());
        }
        add(call);
        return call;
    }

    public void add(Call call) {
        calls.add(call);
    }

    public void add(Fault fault) {
        faults.add(fault);
    }

    public void add(Deletion deletion) {
        deletions.add(deletion);
    }

    public void add(Breakdown breakdown) {
        breakdowns.add(breakdown);
    }

    /** A fault that is over at once. */
    public void fault(String name, Set<Excuse> excuses) {
        long now = System.nanoTime();
        add(new Fault(name, now, now, excuses, Optional.empty()));
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    public List<Fault> faults() {
        return List.copyOf(faults);
    }

    public List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    public List<Breakdown> breakdowns() {
        return List.copyOf(breakdowns);
    }
}
