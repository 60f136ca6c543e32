package io.grantkeeper.rehearsal;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** As the commands wait, for tests. */
final class BoundedWait implements Awaiting {

    @Override
    public <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(10));
    }
}
