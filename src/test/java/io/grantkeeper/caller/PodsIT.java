package io.grantkeeper.caller;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.KubernetesCluster;
import io.grantkeeper.testing.KubernetesCluster.Pod;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.TestUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods of three clusters: one found by discovery, two whose issuers have one name, one of them with reviews. */
class PodsIT {

    private static final String USUAL_ISSUER = "https://kubernetes.default.svc.cluster.local";

    @TempDir
    private static Path folder;

    private static OperatorsService operators;
    private static KubernetesCluster north;
    private static KubernetesCluster east;
    private static KubernetesCluster west;
    private static PackagedService service;

    private TestUser user;
    private String connection;

    @BeforeAll
    static void clusters() throws IOException {
        operators = OperatorsService.get();
        north = KubernetesCluster.start(Files.createDirectory(folder.resolve("north")));
        east = KubernetesCluster.start(Files.createDirectory(folder.resolve("east")), USUAL_ISSUER);
        west = KubernetesCluster.start(Files.createDirectory(folder.resolve("west")), USUAL_ISSUER);
        service = operators
                .setup("pods")
                .set("GRANTKEEPER_USERS_OPERATOR_ROLE", "keeper")
                .setAll(north.settings("north"))
                .setAll(east.settings("east"))
                .setAll(west.reviewing("west"))
                .start();
    }

    @AfterAll
    static void stop() {
        service.close();
        List.of(north, east, west).forEach(KubernetesCluster::close);
    }

    @BeforeEach
    void aConnection() {
        user = operators.user();
        connection = user.connect(operators.telling());
    }

    @Test
    void aPodOfARegisteredServiceAccountGetsItsToken() {
        // Given
        Pod pod = registered("north", north);

        // When
        Answer answer = token(pod.token());
        Answer list = service.bearer(pod.token()).get("/api/apps");

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("accessToken")).isNotEmpty();
        assertThat(list.json().path("items").findValuesAsText("id")).containsExactly(connection);
    }

    @Test
    void everyPodOfTheServiceAccountIsTheSameAgent() {
        // Given
        Pod pod = registered("east", east);

        // When
        int first = token(pod.token()).status();
        int second = token(pod.sibling().token()).status();

        // Then
        assertThat(List.of(first, second)).containsExactly(200, 200);
    }

    @Test
    void aServiceAccountThatNobodyRegisteredIsNobody() {
        // When
        Answer answer = token(north.pod("default", unique()).token());

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
        assertThat(answer.text("error_description")).contains("system:serviceaccount:default:");
    }

    @Test
    void A77_aTokenForTheApiServerIsNotOneForUs() {
        // Given
        Pod pod = registered("north", north);

        // When
        Answer answer = token(pod.token(claims -> claims.setAudience("https://kubernetes.default.svc")));

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
    }

    @Test
    void A80_tokensOfUnknownKeysCostOneFetchInThirtySeconds() throws JoseException {
        // Given
        Pod pod = registered("north", north);
        int before = north.keyFetches();
        RsaJsonWebKey forged = RsaJwkGenerator.generateJwk(2048);

        // When
        List<Integer> statuses = IntStream.range(0, 300)
                .mapToObj(each -> {
                    forged.setKeyId("forged-" + each);
                    return token(pod.token(forged, claims -> {})).status();
                })
                .toList();

        // Then
        assertThat(statuses).containsOnly(401);
        assertThat(north.keyFetches() - before).isLessThanOrEqualTo(2);
        assertThat(token(pod.token()).status()).isEqualTo(200);
    }

    @Test
    void A82_aServiceAccountThatWasMadeAnewIsAnotherOne() {
        // Given
        String name = unique();
        Pod pod = north.pod("team", name);
        register("north", "team", name);
        assertThat(token(pod.token()).status()).isEqualTo(200);

        // When
        Answer answer = token(north.pod("team", name).token());

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
        assertThat(token(pod.token()).status()).isEqualTo(200);
    }

    @Test
    void A84_theSameNamesInAnotherClusterAreSomebodyElse() {
        // Given
        String name = unique();
        register("east", "team", name);
        Pod here = east.pod("team", name);
        Pod there = west.pod("team", name);

        // When
        int right = token(here.token()).status();
        Answer wrong = token(there.token());

        // Then
        assertThat(right).isEqualTo(200);
        assertProblem(wrong, 401, "unauthenticated", "fix_request");
    }

    @Test
    void A85_withReviewsAPodThatIsGoneIsRefused() {
        // Given
        Pod pod = registered("west", west);
        String token = pod.token();
        assertThat(token(token).status()).isEqualTo(200);

        // When
        pod.delete();

        // Then
        await().atMost(Duration.ofSeconds(15)).until(() -> token(token).status() == 401);
    }

    @Test
    void reviewsAreRememberedForAWhile() {
        // Given
        Pod pod = registered("west", west);
        String token = pod.token();
        int before = west.reviews();

        // When
        IntStream.range(0, 50).forEach(each -> token(token));

        // Then
        assertThat(west.reviews() - before).isBetween(1, 3);
    }

    @Test
    void A86_aReviewThatNamesNoAudienceOfOursIsNone() throws IOException {
        // Given
        KubernetesCluster old = KubernetesCluster.start(Files.createDirectory(folder.resolve("old")));
        old.forgetAudiences();
        try (PackagedService other =
                operators.setup("pods-old").setAll(old.reviewing("old")).start()) {
            // When
            Answer answer = other.bearer(old.pod("team", "crawler").token()).get("/api/apps");

            // Then
            assertProblem(answer, 401, "unauthenticated", "fix_request");
        } finally {
            old.close();
        }
    }

    @Test
    void A87_whatCannotBeAskedLetsNobodyIn() {
        // Given
        Pod reviewed = registered("west", west);
        Pod verified = registered("north", north);
        assertThat(token(reviewed.token()).status()).isEqualTo(200);
        assertThat(token(verified.token()).status()).isEqualTo(200);

        // When
        west.stop();
        north.stop();
        try {
            // Then
            Answer closed = token(reviewed.token());
            assertProblem(closed, 503, "unavailable", "wait");
            assertThat(closed.header("Retry-After")).isPresent();
            // Its keys are still here.
            assertThat(token(verified.token()).status()).isEqualTo(200);
        } finally {
            west.startAgain();
            north.startAgain();
        }
        assertThat(token(reviewed.sibling().token()).status()).isEqualTo(200);
    }

    @Test
    void A88_aTokenInTheQueryProvesNobodyAndIsLoggedNowhere() {
        // Given
        String token = registered("north", north).token();

        // When
        Answer answer = service.nobody().get("/api/apps?access_token=" + token);

        // Then
        assertThat(answer.status()).isEqualTo(401);
        assertThat(service.output() + service.errors()).doesNotContain(token);
    }

    @Test
    void anAgentThatWasRemovedIsNobodyAnyMore() {
        // Given
        String name = unique();
        String id = register("north", "team", name);
        Pod pod = north.pod("team", name);
        assertThat(token(pod.token()).status()).isEqualTo(200);

        // When
        operator().delete("/api/agents/" + id);

        // Then
        assertThat(token(pod.token()).status()).isEqualTo(401);
    }

    @Test
    void aReviewWithoutAnAddressStopsTheStart() {
        // When
        PackagedService.Ended ended = operators
                .setup("pods-wrong")
                .setAll(north.settings("north"))
                .set("GRANTKEEPER_CLUSTERS_NORTH_REVIEW", "kubernetes")
                .startAndEnd();

        // Then
        assertThat(ended.code()).isNotZero();
        assertThat(ended.errors() + ended.output()).contains("grantkeeper.clusters.north.api-url is not set");
    }

    private Pod registered(String cluster, KubernetesCluster of) {
        String name = unique();
        register(cluster, "team", name);
        return of.pod("team", name);
    }

    @CanIgnoreReturnValue
    private String register(String cluster, String namespace, String serviceAccount) {
        Answer answer = operator().post("/api/agents", """
                {"name": "pod", "mode": "token",
                 "kubernetes": {"cluster": "%s", "namespace": "%s", "serviceAccount": "%s"}}
                """.formatted(cluster, namespace, serviceAccount));
        assertThat(answer.status()).isEqualTo(201);
        return answer.text("id");
    }

    /** The test's user, with the role. */
    private Api operator() {
        return service.bearer(operators.mock().userToken(user.subject(), Map.of("roles", List.of("keeper"))));
    }

    @CanIgnoreReturnValue
    private Answer token(String bearer) {
        return service.bearer(bearer).get("/api/apps/" + connection + "/token");
    }

    private static String unique() {
        return "crawler-" + UUID.randomUUID();
    }
}
