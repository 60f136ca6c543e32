package io.grantkeeper.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.chaos.Volley.Shot;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.TestDatabase;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is good once is good once, of however many tries at the same instant, over all replicas: a state, a ticket, the
 * nonce of a request that may change something. {@code -Dchaos.rounds=1000} is the size that is promised.
 */
@Tag("chaos")
class OnceIT {

    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 20);
    private static final int TRIES = Integer.getInteger("chaos.tries", 50);
    private static final long SEED = Long.getLong("chaos.seed", 20_261_121);

    private static final String AUTHORIZE = "/api/apps/authorize";
    private static final String LINK = "{\"provider\": \"steady\"}";

    private World world;
    private ScriptedProvider provider;
    private TestDatabase database;
    private Volley volley;

    @BeforeEach
    void twoReplicas() {
        world = World.get();
        provider = world.steady();
        database = world.replicas().database();
        endFlows("offered");
        endFlows("started");
        volley = Volley.of(world.replicas().all(), TRIES, new Random(SEED));
    }

    @AfterEach
    void noMore() {
        volley.close();
    }

    @Test
    void A24_ofManyCallbacksAtAllReplicasOneIsTaken() {
        each("state", 200, 400, round -> {
            // Given
            Replica replica = world.replicas().get(round % 2);
            Browser browser = replica.browser();
            Answer departure = browser.click(replica.process().url().resolve(AUTHORIZE + "?provider=steady"));
            URI callback = provider.agree(departure.location(), "once");
            int before = provider.exchanges().size();

            // When
            List<Shot> shots = volley.fire("GET", target(callback), navigation(browser, callback), "");

            // Then
            assertThat(provider.exchanges()).hasSize(before + 1);
            assertThat(one(shots, 200).body()).contains("data-status=\"connected\"");
            return shots;
        });
        assertThat(database.ask("select id::text from connection where provider_subject = 'once'"))
                .hasSize(1);
    }

    @Test
    void A6_ofManyOpeningsOfATicketAtAllReplicasOneStartsAFlow() {
        each("ticket", 302, 400, round -> {
            // Given
            Replica replica = world.replicas().get(round % 2);
            URI address = URI.create(replica.user().post(AUTHORIZE, LINK).text("authorizationUrl"));

            // When
            List<Shot> shots = volley.fire("GET", target(address), navigation(replica.browser(), address), "");

            // Then
            assertThat(endFlows("started")).isEqualTo(1);
            return shots;
        });
    }

    @Test
    void A63_ofManyCopiesOfASignedWriteAtAllReplicasOneIsTaken() {
        each("nonce", 201, 401, round -> {
            // Given
            Replica replica = world.replicas().get(round % 2);
            URI target = replica.process().url().resolve(AUTHORIZE);
            Map<String, String> headers = new HashMap<>(replica.signer()
                    .headers(
                            "POST",
                            target,
                            LINK.getBytes(UTF_8),
                            Instant.now(),
                            UUID.randomUUID().toString()));
            // Signed for one of them: whoever copies it can bring it to the other.
            headers.put("Host", target.getRawAuthority());
            headers.put("Content-Type", "application/json");

            // When
            List<Shot> shots = volley.fire("POST", AUTHORIZE, headers, LINK);

            // Then
            assertThat(endFlows("offered")).isEqualTo(1);
            assertThat(shots)
                    .filteredOn(shot -> shot.status() == 401)
                    .allMatch(shot -> shot.body().contains("\"replayed\""));
            return shots;
        });
    }

    /** How many there were: nobody may have many open. */
    private int endFlows(String status) {
        return database.execute("update authorization_attempt set status = 'failed' where status = ?", status);
    }

    private static void each(String what, int taken, int refused, IntFunction<List<Shot>> round) {
        System.out.println("chaos seed " + SEED);
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<Integer> statuses =
                    round.apply(i).stream().map(Shot::status).sorted().toList();
            Map<Integer, Long> counts =
                    statuses.stream().collect(Collectors.groupingBy(status -> status, Collectors.counting()));
            assertThat(counts).as("round " + i).isEqualTo(Map.of(taken, 1L, refused, TRIES - 1L));
            accepted++;
        }
        System.out.printf("figure once_%s rounds=%d tries=%d accepted=%d%n", what, ROUNDS, ROUNDS * TRIES, accepted);
    }

    private static Shot one(List<Shot> shots, int status) {
        Predicate<Shot> taken = shot -> shot.status() == status;
        assertThat(shots).filteredOn(taken).as(shots::toString).hasSize(1);
        return shots.stream().filter(taken).findFirst().orElseThrow();
    }

    private static Map<String, String> navigation(Browser browser, URI address) {
        return Map.of(
                "Host", address.getRawAuthority(),
                "Accept", "text/html",
                "Sec-Fetch-Site", "none",
                "Sec-Fetch-Mode", "navigate",
                "Sec-Fetch-Dest", "document",
                "Cookie",
                        browser.cookies(address).entrySet().stream()
                                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                .collect(Collectors.joining("; ")));
    }

    private static String target(URI address) {
        return address.getRawPath() + "?" + address.getRawQuery();
    }
}
