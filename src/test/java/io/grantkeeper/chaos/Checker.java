package io.grantkeeper.chaos;

import static java.util.stream.Collectors.groupingBy;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.History.Fault;
import io.grantkeeper.testing.ProviderLog;
import io.grantkeeper.testing.ProviderLog.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges a run by what the provider knows, what the callers saw and what the tables hold in the end. The invariants are
 * those of the architecture, by their names.
 */
public final class Checker {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(12);
    private static final Duration LAST_TOKEN_OF_A_DELETED = Duration.ofSeconds(10);
    private static final Duration PROBE_OF_A_DEAD = Duration.ofSeconds(30);
    /** How much later than its client a provider notices that it was hung up on. */
    private static final Duration NOTICED_LATE = Duration.ofMillis(200);

    private static final Set<String> DEATHS = Set.of("invalid_grant", "bad_refresh_token", "token_revoked");

    private final ProviderLog provider;
    private final History history;
    private final Map<String, Row> rows;

    public Checker(ProviderLog provider, History history, Collection<Row> rows) {
        this.provider = provider;
        this.history = history;
        this.rows = rows.stream().collect(Collectors.toMap(Row::connection, row -> row));
    }

    /** A connection as the database has it in the end. */
    public record Row(String connection, String subject, String status, String errorCode) {

        boolean isDead() {
            return status.equals("error");
        }
    }

    /** What must not have happened. */
    public record Violation(String invariant, String what) {

        @Override
        public String toString() {
            return invariant + ": " + what;
        }
    }

    /** All that must not have happened and did. */
    public List<Violation> violations() {
        List<Violation> found = new ArrayList<>();
        if (history.faults().isEmpty()) {
            found.add(new Violation("nemesis", "no fault was injected"));
        }
        Map<String, List<Refresh>> bySubject = provider.refreshes().stream().collect(groupingBy(Refresh::subject));
        bySubject.values().forEach(refreshes -> overlaps(refreshes, found));
        provider.refreshes().stream()
                .collect(groupingBy(Refresh::presented))
                .values()
                .forEach(refreshes -> repeats(refreshes, found));
        rows.values().stream().filter(Row::isDead).forEach(row -> death(row, found));
        history.calls().forEach(call -> answer(call, found));
        history.faults().forEach(fault -> recovery(fault, found));
        history.deletions().forEach(deletion -> resurrection(deletion, found));
        history.breakdowns().forEach(breakdown -> storm(breakdown, found));
        return found;
    }

    /** Connections that were lost where that could not be helped. */
    public long losses() {
        return rows.values().stream()
                .filter(Row::isDead)
                .filter(row -> lost(row).isPresent())
                .count();
    }

    private void overlaps(List<Refresh> ofOneGrant, List<Violation> found) {
        List<Refresh> sorted = ofOneGrant.stream()
                .sorted(Comparator.comparingLong(Refresh::began))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Refresh one = sorted.get(i - 1);
            Refresh other = sorted.get(i);
            long ended = one.delivered() ? one.ended() : one.ended() - NOTICED_LATE.toNanos();
            if (other.began() < ended && !excused(Excuse.SECOND_ASKER, one.began(), other.began())) {
                found.add(new Violation("I1", "two at once: " + one + ", " + other));
            }
        }
    }

    private void repeats(List<Refresh> ofOneToken, List<Violation> found) {
        List<Refresh> sorted = ofOneToken.stream()
                .sorted(Comparator.comparingLong(Refresh::began))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Refresh one = sorted.get(i - 1);
            Refresh other = sorted.get(i);
            boolean replaced = one.isGranted()
                    && one.delivered()
                    && !one.successor().orElse("").equals(one.presented());
            if (replaced && !excused(Excuse.SECOND_ASKER, one.began(), other.began())) {
                found.add(new Violation("I1", "a replaced token again: " + one + ", " + other));
            }
        }
    }

    private void death(Row row, List<Violation> found) {
        List<Refresh> refreshes = provider.refreshesOf(row.subject());
        Optional<Refresh> killed = refreshes.stream()
                .filter(refresh -> DEATHS.contains(refresh.outcome()))
                .findFirst();
        Optional<Refresh> lost = lost(row);
        if (lost.isPresent()) {
            if (!excused(
                    Excuse.LOSS,
                    firstOf(lost.get(), refreshes).began(),
                    lost.get().began())) {
                found.add(new Violation("I2", "lost: " + row + ", " + lost.get()));
            }
        } else if (killed.isEmpty()) {
            found.add(new Violation("I3", "died without a word of the provider: " + row));
        } else if (provider.isAlive(row.subject())) {
            found.add(new Violation("I2", "its grant lives: " + row));
        }
        killed.ifPresent(death -> refreshes.stream()
                .filter(later ->
                        later.began() > death.ended() && later.began() - death.ended() < PROBE_OF_A_DEAD.toNanos())
                .filter(later -> !excused(Excuse.SECOND_ASKER, death.began(), later.began()))
                .forEach(later -> found.add(new Violation("I9", "a dead one was asked for again: " + later))));
    }

    /** The refusal of a token that had been replaced: the successor never got into the database. */
    private Optional<Refresh> lost(Row row) {
        return provider.refreshesOf(row.subject()).stream()
                .filter(refresh -> refresh.reused() && DEATHS.contains(refresh.outcome()))
                .findFirst();
    }

    private static Refresh firstOf(Refresh refused, List<Refresh> refreshes) {
        return refreshes.stream()
                .filter(refresh -> refresh.isGranted() && refresh.presented().equals(refused.presented()))
                .findFirst()
                .orElse(refused);
    }

    private void answer(Call call, List<Violation> found) {
        if (call.took().compareTo(LONGEST_ANSWER) > 0) {
            found.add(new Violation("I5", call.toString()));
        }
        if (call.isGranted()
                && !call.token()
                        .filter(token -> provider.wasValid(token, call.began(), call.ended()))
                        .isPresent()) {
            found.add(new Violation("I4", "not a valid token: " + call));
        }
        if (call.isGranted() && isOfSomebodyElse(call)) {
            found.add(new Violation("I4", "somebody else's token: " + call));
        }
    }

    private boolean isOfSomebodyElse(Call call) {
        Optional<String> owner =
                Optional.ofNullable(rows.get(call.connection())).map(Row::subject);
        Optional<String> holder = call.token().flatMap(provider::holderOf);
        return owner.isPresent() && holder.isPresent() && !owner.equals(holder);
    }

    private void recovery(Fault fault, List<Violation> found) {
        fault.recovers().ifPresent(within -> {
            boolean recovered = history.calls().stream()
                    .filter(Call::isGranted)
                    .anyMatch(call ->
                            call.ended() >= fault.lifted() && call.ended() <= fault.lifted() + within.toNanos());
            if (!recovered) {
                found.add(new Violation("I6", "no token within " + within + " after " + fault.name()));
            }
        });
    }

    private void resurrection(History.Deletion deletion, List<Violation> found) {
        long bound = deletion.acknowledged() + LAST_TOKEN_OF_A_DELETED.toNanos();
        history.calls().stream()
                .filter(call -> call.connection().equals(deletion.connection()))
                .filter(call -> call.isGranted() && call.began() > bound)
                .forEach(call -> found.add(new Violation("I8", "after its deletion: " + call)));
        if (rows.containsKey(deletion.connection())) {
            found.add(new Violation("I8", "deleted and still there: " + rows.get(deletion.connection())));
        }
    }

    private void storm(History.Breakdown breakdown, List<Violation> found) {
        List<Refresh> probes = provider.refreshes().stream()
                .filter(refresh -> refresh.began() >= breakdown.from() && refresh.began() < breakdown.until())
                .sorted(Comparator.comparingLong(Refresh::began))
                .toList();
        for (int i = 1; i < probes.size(); i++) {
            long between = probes.get(i).began() - probes.get(i - 1).began();
            if (between < breakdown.probeEvery().toNanos()) {
                found.add(new Violation(
                        "I9", "asked again after " + Duration.ofNanos(between) + " while broken: " + probes.get(i)));
            }
        }
    }

    private boolean excused(Excuse excuse, long from, long until) {
        return history.faults().stream().anyMatch(fault -> fault.excuses(excuse, from, until));
    }
}
