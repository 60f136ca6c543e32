package io.grantkeeper.replica;

import java.time.Duration;
import java.util.Optional;

/**
 * Which one of all copies of a database it is. A copy that goes on by itself, after a restore or a failover, has a timeline
 * of its own; one that was read in from a dump has another cluster's identifier.
 */
record Lineage(long systemIdentifier, int timeline) {

    /** Longer than a failover takes, and much shorter than a backup lies. */
    private static final Duration RECENTLY = Duration.ofMinutes(3);

    /**
     * What is written in the database of the one that was last written to.
     *
     * @param synchronous whether a standby had each commit before it was acknowledged
     * @param unseen how long ago a replica last saw that one
     */
    record Written(Lineage lineage, boolean synchronous, Duration unseen) {

        private boolean isOnStandby() {
            return synchronous && unseen.compareTo(RECENTLY) < 0;
        }
    }

    /** What a look at the database comes to. */
    sealed interface Verdict {

        /** Nothing is written yet: it is this one from now on. */
        record First(Lineage actual) implements Verdict {}

        /** It is the one that was last written to. */
        record Same(Lineage actual) implements Verdict {}

        /** A standby took over that had every commit. */
        record FailedOver(Lineage written, Lineage actual) implements Verdict {}

        /** It may lack commits, and the operator has said that it is to be used all the same. */
        record Confirmed(Lineage written, Lineage actual) implements Verdict {}

        /**
         * It may lack commits.
         *
         * @param instead what the operator confirmed, if anything: not this one
         */
        record Unconfirmed(Lineage written, Lineage actual, Optional<String> instead) implements Verdict {}
    }

    /** @param confirmed what the operator confirmed to be right, as {@link #toString} writes it */
    static Verdict judge(Optional<Written> stored, Lineage actual, Optional<String> confirmed) {
        if (stored.isEmpty()) {
            return new Verdict.First(actual);
        }
        Lineage written = stored.get().lineage();
        if (written.equals(actual)) {
            return new Verdict.Same(actual);
        }
        if (stored.get().isOnStandby() && written.systemIdentifier() == actual.systemIdentifier()) {
            return new Verdict.FailedOver(written, actual);
        }
        return confirmed.filter(actual.toString()::equals).isPresent()
                ? new Verdict.Confirmed(written, actual)
                : new Verdict.Unconfirmed(written, actual, confirmed);
    }

    /** As operators write it. */
    @Override
    public String toString() {
        return Long.toUnsignedString(systemIdentifier) + "/" + timeline;
    }
}
