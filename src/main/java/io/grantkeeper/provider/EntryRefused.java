package io.grantkeeper.provider;

import java.util.Comparator;
import java.util.List;

/** An entry that cannot be used, with everything that is wrong with it. */
final class EntryRefused extends RuntimeException {

    private final transient List<Fault> faults;

    EntryRefused(List<Fault> faults) {
        super(faults.toString(), null, false, false);
        this.faults =
                faults.stream().sorted(Comparator.comparingInt(Fault::line)).toList();
    }

    List<Fault> faults() {
        return faults;
    }
}
