package io.grantkeeper.chaos;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.TestKeyRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sealing keys come and go while tokens are fetched and refreshed. */
@Tag("chaos")
class KeyRotationIT {

    private static final int CONNECTIONS = 300;

    private ScriptedProvider provider;
    private Replicas replicas;
    private Replica a;
    private Replica b;

    @BeforeEach
    void twoReplicas() {
        provider = ScriptedProvider.telling("keys", Rotation.strict());
        replicas = Replicas.start(
                World.get().postgres(), List.of(provider), 2, Map.of("JAVA_OPTS", PackagedService.JAVA_OPTIONS));
        a = replicas.get(0);
        b = replicas.get(1);
    }

    @AfterEach
    void stop() {
        replicas.close();
        provider.close();
    }

    @Test
    void F39_aKeyIsReplacedUnderLoadAndByWhoeverIsLeft() {
        // Given
        List<Connected> used = IntStream.range(0, 5)
                .mapToObj(each -> replicas.connect(provider))
                .toList();
        replicas.plant(used.getFirst(), provider, CONNECTIONS);
        List<Integer> statuses = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                used.forEach(each -> {
                    replicas.expire(each);
                    statuses.add(a.agent().get(path(each)).status());
                });
            }
        });

        // When
        TestKeyRing.promote(replicas.keyRing(), "k2");
        await().atMost(Duration.ofSeconds(30)).until(() -> sealedUnder("k1") < CONNECTIONS);
        b.kill();
        await().atMost(Duration.ofSeconds(60)).until(() -> sealedUnder("k1") == 0);
        done.set(true);
        load.join();

        // Then
        assertThat(statuses).isNotEmpty().containsOnly(200);
        // They come after the credentials: by whoever is left, in its next round.
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !replicas.database().ask("select key_id from agent").contains("k1"));
        assertThat(replicas.database().ask("select key_id from client")).containsOnly("k2");

        // When
        TestKeyRing.remove(replicas.keyRing(), "k1", "k2");
        a.restart(Map.of());
        b.start();

        // Then
        used.forEach(each -> {
            replicas.expire(each);
            assertThat(b.agent().get(path(each)).status()).isEqualTo(200);
        });
    }

    @Test
    void F38_aReplicaWithoutTheNewKeySaysSoAndHarmsNothing() {
        // Given
        Connected connection = replicas.connect(provider);
        Path old = TestKeyRing.copy(replicas.keyRing(), replicas.keyRing().getParent());
        b.restart(Map.of("GRANTKEEPER_KEYRING_FILE", old.toString()));
        TestKeyRing.promote(replicas.keyRing(), "k2");
        await().atMost(Duration.ofSeconds(30)).until(() -> sealedUnder("k1") == 0);

        // When
        Answer behind = b.agent().get(path(connection));

        // Then
        assertProblem(behind, 503, "refresh_unavailable", "contact_operator");
        assertThat(replicas.status(connection)).isEqualTo("active");
        assertThat(a.agent().get(path(connection)).status()).isEqualTo(200);
        assertThat(sealedUnder("k1")).isZero();
    }

    private int sealedUnder(String key) {
        return Integer.parseInt(replicas.database()
                .ask("select count(*) from credential where key_id = ?", key)
                .getFirst());
    }

    private static String path(Connected connection) {
        return "/api/apps/" + connection.id() + "/token";
    }
}
