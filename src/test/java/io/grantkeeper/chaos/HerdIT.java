package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everybody at once, after an outage (row F46). {@code -Dchaos.herd=10000} is the size that is promised. */
@Tag("chaos")
class HerdIT {

    private static final int HERD = Integer.getInteger("chaos.herd", 500);
    private static final int IN_BACKGROUND = 40;

    /** Of both replicas together: what the service is set to where nothing is said. */
    private static final int STARTS_PER_SECOND = 50;

    /** Who came while the provider was away comes again when told, and the other replica hears of its return by then. */
    private static final Duration LATE = Duration.ofSeconds(20);

    private static final Duration WINDOW = Duration.ofSeconds(5);

    @Test
    void F46_aProviderThatComesBackIsNotBuried() {
        // Given
        World world = World.get();
        ScriptedProvider provider = world.own();
        List<Connected> wanted = world.planted(provider, HERD);
        List<Connected> used = world.planted(provider, IN_BACKGROUND);
        provider.always(Endpoint.TOKEN, Script.json(503, "{\"error\": \"temporarily_unavailable\"}"));
        world.history().fault("provider away", Set.of());

        // When
        Herd herd = Herd.of(world, wanted);
        used.forEach(each -> renewNow(world, each));
        await().atMost(Duration.ofSeconds(20)).until(() -> isRefusedByBoth(world, provider));
        provider.reset();
        long back = System.nanoTime();
        Duration ideal = Duration.ofMillis(HERD * 1_000L / STARTS_PER_SECOND);
        await().atMost(ideal.multipliedBy(2).plusSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> herd.allHealthyAt().isPresent());
        List<Refresh> refreshes = provider.log().refreshes();

        // Then
        long healthy = herd.allHealthyAt().orElseThrow();
        long recovered = refreshes.stream().mapToLong(Refresh::began).min().orElseThrow();
        Duration took = Duration.ofNanos(healthy - recovered);
        double fastest = fastest(refreshes);
        figure("herd", HERD);
        figure("herd_healthy_since_provider_back_s", (healthy - back) / 1e9);
        figure("herd_healthy_since_recovery_known_s", took.toMillis() / 1e3);
        figure("herd_asks", herd.asked());
        figure("herd_asks_unanswered", herd.unanswered());
        figure("herd_starts_per_second", fastest);
        figure("herd_background_refreshes", refreshesOf(used, refreshes));
        assertThat(took).isLessThan(longer(ideal.multipliedBy(11).dividedBy(10), ideal.plus(LATE)));
        assertThat(fastest).isLessThan(STARTS_PER_SECOND * 1.1);
        assertThat(herd.unanswered()).isZero();
        assertThat(refreshes).allMatch(Refresh::isGranted);
        assertThat(herd.refusals().keySet()).isSubsetOf(503, 429);
        assertThat(refreshesOf(wanted, refreshes)).isEqualTo(HERD);
        assertThat(refreshesOf(used, refreshes)).isLessThan(IN_BACKGROUND / 2);
        assertThat(world.violations(provider)).isEmpty();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Whose token was fetched before, and is due: it is renewed although nobody asks. */
    private static void renewNow(World world, Connected connection) {
        world.replicas()
                .database()
                .execute(
                        "insert into connection_use (connection_id, last_used_at, renew_at)"
                                + " values (?::uuid, clock_timestamp(), clock_timestamp())",
                        connection.id());
    }

    private static boolean isRefusedByBoth(World world, ScriptedProvider provider) {
        return world.replicas().all().stream()
                .allMatch(replica -> replica.metric("grantkeeper_breaker_open", provider.id()) == 1);
    }

    /** The highest rate of any few seconds. */
    private static double fastest(List<Refresh> refreshes) {
        List<Long> starts = refreshes.stream().map(Refresh::began).sorted().toList();
        int most = 0;
        for (int first = 0, next = 0; first < starts.size(); first++) {
            while (next < starts.size() && starts.get(next) - starts.get(first) < WINDOW.toNanos()) {
                next++;
            }
            most = Math.max(most, next - first);
        }
        return most / (double) WINDOW.toSeconds();
    }

    private static long refreshesOf(List<Connected> some, List<Refresh> refreshes) {
        Set<String> subjects = some.stream().map(Connected::subject).collect(Collectors.toSet());
        return refreshes.stream()
                .filter(refresh -> subjects.contains(refresh.subject()))
                .count();
    }

    private static void figure(String name, double value) {
        System.out.printf("figure %s %.1f%n", name, value);
    }
}
