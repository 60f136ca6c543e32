package io.grantkeeper.refresh;

import io.grantkeeper.oauth.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;

/**
 * What the engine counts. Labels name providers and kinds, never a user, an account or a connection. What has no label is
 * there from the start, so that the first event is a rise and not a beginning.
 */
@Startup
@ApplicationScoped
class RefreshMeters {

    private final MeterRegistry meters;
    private final Counter joins;
    private final Counter waits;
    private final Counter takeovers;
    private final Timer commits;

    RefreshMeters(MeterRegistry meters, Unfinished unfinished) {
        this.meters = meters;
        this.joins = Counter.builder("grantkeeper.refresh.joins")
                .description("Callers that joined a refresh which was already under way on this replica")
                .register(meters);
        this.waits = Counter.builder("grantkeeper.lease.waits")
                .description("Refreshes that waited for one which another replica ran")
                .register(meters);
        this.takeovers = Counter.builder("grantkeeper.lease.takeovers")
                .description("Refreshes that finished what another had begun and not ended")
                .register(meters);
        this.commits = Timer.builder("grantkeeper.refresh.commit")
                .description("From the provider's answer to its tokens being durable")
                .serviceLevelObjectives(
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10))
                .register(meters);
        Gauge.builder("grantkeeper.refresh.unwritten", unfinished, Unfinished::count)
                .description("Ends of refreshes that are held in memory until the database takes them")
                .register(meters);
        FunctionCounter.builder("grantkeeper.refresh.given.up", unfinished, Unfinished::givenUp)
                .description("Ends of refreshes that the database will never take")
                .register(meters);
    }

    void answered(String provider, Outcome outcome) {
        Counter.builder("grantkeeper.refreshes")
                .description("Refreshes at providers, by what their answers meant")
                .tag("provider", provider)
                .tag("class", outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }

    void joined() {
        joins.increment();
    }

    void waited() {
        waits.increment();
    }

    void tookOver() {
        takeovers.increment();
    }

    void committed(Duration sinceAnswer) {
        commits.record(sinceAnswer);
    }

    void rotationLost(String provider) {
        Counter.builder("grantkeeper.rotation.lost")
                .description(
                        "Connections that ended because a rotated refresh token was lost between provider and database")
                .tag("provider", provider)
                .register(meters)
                .increment();
    }
}
