package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.RATE_LIMITED;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.grantkeeper.problem.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often one agent may call this replica: a token bucket each, so that one that runs wild leaves the others alone.
 *
 * <p>It is asked after the agent was proven, for nobody may use up another's, and before anything is remembered of the
 * request.
 */
@Singleton
final class AgentLimits {

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final int MOST = 100_000;
    private static final int BURST_SECONDS = 2;

    private final int perSecond;
    private final TimeMeter time;
    private final Cache<AgentId, Bucket> buckets =
            Caffeine.newBuilder().expireAfterAccess(IDLE).maximumSize(MOST).build();

    @Inject
    AgentLimits(AgentsConfig config) {
        this(config.requestsPerSecond(), System::nanoTime);
    }

    AgentLimits(int perSecond, LongSupplier nanoTime) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("grantkeeper.agents.requests-per-second is less than 1");
        }
        this.perSecond = perSecond;
        this.time = new Monotonic(nanoTime);
    }

    /** @throws Problem {@code rate_limited} when an agent calls too often */
    void require(Caller caller) {
        if (caller instanceof Agent agent) {
            ConsumptionProbe probe = buckets.get(agent.id(), id -> full()).tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw Problem.of(RATE_LIMITED, "This agent calls more often than " + perSecond + " times a second.")
                        .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill()));
            }
        }
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity((long) BURST_SECONDS * perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    private record Monotonic(LongSupplier nanoTime) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
