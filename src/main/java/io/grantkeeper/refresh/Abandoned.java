package io.grantkeeper.refresh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Held;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** The leases whose holders were found dead a moment ago. */
@ApplicationScoped
class Abandoned {

    private final Cache<ConnectionId, Long> fences = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofSeconds(3))
            .maximumSize(100_000)
            .build();

    void add(OpenIntent intent) {
        fences.put(intent.connection(), intent.fence());
    }

    /** The fence of the lease that was seen, when it is one of these. */
    Optional<Long> fenceOf(Held held) {
        return Optional.ofNullable(fences.getIfPresent(held.connection().id()))
                .filter(fence -> fence == held.leaseFence());
    }
}
