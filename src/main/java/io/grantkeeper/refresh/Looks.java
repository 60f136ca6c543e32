package io.grantkeeper.refresh;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the last look showed, and since when it has been shown. Looks may overlap and bunch; the time between them counts. */
final class Looks<T> {

    /** For so long a holder must not have been seen; a little less than two looks are apart. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(450);

    private Map<T, Long> shown = Map.of();

    synchronized void show(Collection<T> now, long nanos) {
        Map<T, Long> earlier = shown;
        shown = now.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), each -> earlier.getOrDefault(each, nanos), (one, same) -> one));
    }

    synchronized boolean hasShownLongEnough(T each, long nanos) {
        return nanos - shown.getOrDefault(each, nanos) >= LONG_ENOUGH.toNanos();
    }

    /** Looks by this, and once more where there is something to be seen twice. */
    Uni<Void> twice(Supplier<Uni<Void>> look) {
        return look.get()
                .chain(() -> showNothing()
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom()
                                .voidItem()
                                .onItem()
                                .delayIt()
                                .by(Sweeper.BETWEEN_LOOKS)
                                .chain(look::get));
    }

    /** Does something about each that was found, so many at once; over when all of that is. */
    static <F> Uni<Void> each(Uni<List<F>> found, Function<F, Uni<Void>> work, int atOnce) {
        return found.onItem()
                .transformToMulti(all -> Multi.createFrom().iterable(all))
                .onItem()
                .transformToUni(work::apply)
                .merge(atOnce)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private synchronized boolean showNothing() {
        return shown.isEmpty();
    }
}
