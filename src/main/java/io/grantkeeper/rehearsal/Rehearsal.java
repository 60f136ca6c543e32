package io.grantkeeper.rehearsal;

import io.grantkeeper.provider.OperatorEntries;
import io.grantkeeper.provider.OperatorEntries.Taken;
import io.grantkeeper.provider.ProviderClients;
import io.grantkeeper.rehearsal.Report.Tried;
import io.grantkeeper.rehearsal.Result.Skipped;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** Checks entries: what is wrong in their files, and of the others what happens with them. */
public final class Rehearsal {

    private final Supplier<Vertx> vertx;
    private final InstantSource clock;
    private final Awaiting awaiting;

    /** @param vertx asked for one when there is anything to call */
    public Rehearsal(Supplier<Vertx> vertx, InstantSource clock, Awaiting awaiting) {
        this.vertx = vertx;
        this.clock = clock;
        this.awaiting = awaiting;
    }

    /** @param live whether to read what the issuers publish, too */
    public Report check(OperatorEntries entries, boolean live) {
        return new Report(entries.faults(), entries.taken().isEmpty() ? List.of() : tried(entries.taken(), live));
    }

    private List<Tried> tried(List<Taken> taken, boolean live) {
        Vertx calls = vertx.get();
        LiveReading reading = new LiveReading(
                ProviderClients.of(calls, clock, System::nanoTime).metadata(), awaiting);
        try (Stage stage = Stage.set(calls, awaiting)) {
            return taken.stream()
                    .map(each -> switch (each) {
                        case Taken.Definition entry -> tried(entry, stage, live ? List.of(reading) : List.of());
                        case Taken.Reference reference -> untried(reference);
                    })
                    .toList();
        }
    }

    private static Tried tried(Taken.Definition taken, Stage stage, List<LiveReading> readings) {
        EntryText entry = EntryText.of(taken.file());
        return new Tried(
                taken.path(),
                taken.provider().id(),
                DryRun.of(stage, entry, taken.provider()),
                readings.stream()
                        .flatMap(reading -> reading.of(entry, taken.provider()).stream())
                        .toList());
    }

    private static Tried untried(Taken.Reference reference) {
        Result skipped = new Skipped("a use of the built-in provider " + reference.provider());
        return new Tried(
                reference.path(), reference.provider(), List.of(new Step("authorization", skipped)), List.of());
    }
}
