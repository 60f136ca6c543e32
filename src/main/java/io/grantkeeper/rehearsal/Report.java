package io.grantkeeper.rehearsal;

import io.grantkeeper.provider.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a check.
 *
 * @param faults what is wrong in the files, in the order of files and lines
 * @param entries what came of those with which nothing is
 */
public record Report(List<Fault> faults, List<Tried> entries) {

    /** What was tried with one entry. */
    record Tried(Path file, String provider, List<Step> dryRun, List<Step> live) {

        Stream<Step> steps() {
            return Stream.concat(dryRun.stream(), live.stream());
        }
    }

    /** What a check came to, taken as a whole. */
    public enum Verdict {
        FINE,
        /** Something is wrong. */
        WRONG,
        /** Nothing is known to be wrong, and a provider could not be asked. */
        LATER
    }

    public Verdict verdict() {
        if (!faults.isEmpty() || count(Result.Failed.class) > 0) {
            return Verdict.WRONG;
        }
        return count(Result.Unreachable.class) > 0 ? Verdict.LATER : Verdict.FINE;
    }

    long count(Class<? extends Result> kind) {
        return entries.stream()
                .flatMap(Tried::steps)
                .filter(step -> step.is(kind))
                .count();
    }
}
