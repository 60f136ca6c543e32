package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.caller.Signer.AUTHORITY;
import static io.grantkeeper.problem.ProblemCode.CLOCK_SKEW;
import static io.grantkeeper.problem.ProblemCode.RATE_LIMITED;
import static io.grantkeeper.problem.ProblemCode.REPLAYED;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.caller.Keyholder.KeyInForce;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedRequestsTest {

    private static final byte[] NO_BODY = new byte[0];
    private static final String SECRET = "1f".repeat(32);
    private static final String OTHERS_SECRET = "2e".repeat(32);
    private static final String ROTATED_SECRET = "3d".repeat(32);
    private static final Agent AGENT =
            new Agent(new AgentId("agent-1"), new AccountId("org_acme"), "crawler", AgentMode.TOKEN);
    private static final Agent OTHER =
            new Agent(new AgentId("agent-2"), new AccountId("org_bolt"), "mailer", AgentMode.TOKEN);

    private final SteppedClock clock = new SteppedClock();
    private final Map<String, Keyholder> keyholders = Map.of(
            "agent-1",
            new Keyholder(
                    AGENT,
                    List.of(
                            KeyInForce.forGood(key(SECRET)),
                            new KeyInForce(key(ROTATED_SECRET), clock.instant().plusSeconds(30)))),
            "agent-2",
            new Keyholder(OTHER, List.of(KeyInForce.forGood(key(OTHERS_SECRET)))));
    private final Set<List<String>> everyReplicasNonces = new HashSet<>();
    private final SignedRequests thisReplica = replica(60, 1000);
    private final SignedRequests otherReplica = replica(60, 1000);
    private final Signer signer = Signer.hmac("agent-1", SECRET);

    @Test
    void anAgentIsKnownByItsSignature() {
        // When
        ProvenCaller proven = prove(signer.get("/api/apps/1/token?minValidity=60", now(), "n1"));
        // Then
        assertThat(proven.caller()).isEqualTo(AGENT);
        assertThat(proven.proof()).isEqualTo(Proof.SIGNATURE);
        assertThat(proven.body()).isEmpty();
    }

    @Test
    void A61_anUnknownKeyAndAWrongSecretAreAnsweredTheSame() {
        // When
        Problem unknown = refusal(Signer.hmac("agent-9", SECRET).get("/api/apps", now(), "n1"));
        Problem wrong = refusal(Signer.hmac("agent-1", "00".repeat(32)).get("/api/apps", now(), "n2"));
        Problem others = refusal(Signer.hmac("agent-1", OTHERS_SECRET).get("/api/apps", now(), "n3"));
        // Then
        assertThat(List.of(unknown, wrong, others))
                .allSatisfy(refusal -> assertThat(refusal.code()).isEqualTo(UNAUTHENTICATED))
                .extracting(Problem::description)
                .containsOnly(unknown.description());
        assertThat(List.of(unknown, wrong, others))
                .allSatisfy(refusal -> assertThat(refusal.fields()).isEmpty());
    }

    @Test
    void A62_aNonceIsAcceptedOnce() {
        // Given
        RequestHead request = signer.get("/api/apps", now(), "n1");
        prove(request);
        // When
        clock.advance(Duration.ofSeconds(59));
        // Then
        assertRefused(REPLAYED, () -> prove(request));
    }

    @Test
    void A62_aNonceIsNotUsedForAnotherRequestEither() {
        prove(signer.get("/api/apps", now(), "n1"));

        assertRefused(REPLAYED, () -> prove(signer.get("/api/apps/other", now().plusSeconds(20), "n1")));
    }

    @Test
    void A62_twoAgentsMayHitUponOneNonce() {
        prove(signer.get("/api/apps", now(), "n1"));

        assertThat(prove(Signer.hmac("agent-2", OTHERS_SECRET).get("/api/apps", now(), "n1"))
                        .caller())
                .isEqualTo(OTHER);
    }

    @Test
    void A62_aReadMayBeSeenOnceByEachReplica() {
        // Given
        RequestHead request = signer.get("/api/apps", now(), "n1");
        prove(request);
        // When
        ProvenCaller proven =
                otherReplica.prove(request, signature(request)).await().indefinitely();
        // Then
        assertThat(proven.caller()).isEqualTo(AGENT);
        assertThat(everyReplicasNonces).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void A63_whatChangesSomethingIsAcceptedByOneReplica(String method) {
        // Given
        RequestHead request = signer.request(method, "/api/apps/1/proxy/v1", now(), "n1", "{}".getBytes(UTF_8));
        prove(request);
        // Then
        assertRefused(
                REPLAYED,
                () -> otherReplica.prove(request, signature(request)).await().indefinitely());
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, -59, 0, 59, 60})
    void A64_createdWithinTheToleranceIsTaken(long secondsAway) {
        assertThat(prove(signer.get("/api/apps", now().plusSeconds(secondsAway), "n1"))
                        .caller())
                .isEqualTo(AGENT);
    }

    @ParameterizedTest
    @ValueSource(longs = {-61, 61, -3600, -1777636800})
    void A64_createdOutsideIsRefusedWithTheServersTime(long secondsAway) {
        assertThat(assertRefused(CLOCK_SKEW, () -> prove(signer.get("/api/apps", now().plusSeconds(secondsAway), "n1")))
                        .fields())
                .isEqualTo(Map.of("serverTime", "2026-05-01T12:00:00Z"));
    }

    @Test
    void A64_partsOfASecondDoNotCount() {
        // Given
        RequestHead request = signer.get("/api/apps", now(), "n1");
        // When
        clock.advance(Duration.ofMillis(60_999));
        // Then
        assertThat(prove(request).caller()).isEqualTo(AGENT);
        assertRefused(REPLAYED, () -> prove(request));
    }

    @Test
    void theToleranceHasALimit() {
        assertThatIllegalArgumentException().isThrownBy(() -> replica(301, 1000));
        assertThatIllegalArgumentException().isThrownBy(() -> replica(0, 1000));
    }

    @Test
    void A66_whatIsSignedCannotBeChanged() {
        // Given
        String target = "/api/apps/1/token?minValidity=60&refresh=true";
        MultiMap headers = signer.headers("GET", AUTHORITY, target, now(), "n1", NO_BODY);
        // Then
        assertForged(Signer.head("DELETE", AUTHORITY, target, headers));
        assertForged(Signer.head("get", AUTHORITY, target, headers));
        assertForged(Signer.head("GET", AUTHORITY, "/api/apps/2/token?minValidity=60&refresh=true", headers));
        assertForged(Signer.head("GET", AUTHORITY, "/api/apps/1/Token?minValidity=60&refresh=true", headers));
        assertForged(Signer.head("GET", AUTHORITY, "/api/apps/%31/token?minValidity=60&refresh=true", headers));
        assertForged(Signer.head("GET", AUTHORITY, "/api/apps/1/token?refresh=true&minValidity=60", headers));
        assertForged(Signer.head("GET", AUTHORITY, "/api/apps/1/token", headers));
        assertForged(Signer.head("GET", "second.example", target, headers));
        assertThat(prove(Signer.head("GET", AUTHORITY, target, headers)).caller())
                .isEqualTo(AGENT);
    }

    @Test
    void A66_aRequestForAnotherServerIsRefused() {
        // Given
        MultiMap headers = signer.headers("GET", "evil.example", "/api/apps", now(), "n1", NO_BODY);
        // Then
        assertForged(Signer.head("GET", "evil.example", "/api/apps", headers));
        assertForged(Signer.head("GET", "", "/api/apps", headers));
    }

    @Test
    void A67_theBodyIsTheOneThatWasSigned() {
        // Given
        byte[] body = "{\"name\":\"x\"}".getBytes(UTF_8);
        ProvenCaller proven = prove(signer.request("POST", "/api/agents", now(), "n1", body));
        // Then
        assertThat(proven.body().orElseThrow().matches(body)).isTrue();
        assertRefused(UNAUTHENTICATED, () -> proven.requireSigned("{\"name\":\"y\"}".getBytes(UTF_8)));
        assertRefused(UNAUTHENTICATED, () -> proven.requireSigned(NO_BODY));
    }

    @Test
    void A67_whereNoBodyWasSignedThereIsNone() {
        ProvenCaller proven = prove(signer.get("/api/apps", now(), "n1"));

        assertRefused(UNAUTHENTICATED, () -> proven.requireSigned("x".getBytes(UTF_8)));
    }

    @Test
    void A67_anAnnouncedBodyIsCovered() {
        // Given
        MultiMap length = signer.headers("POST", AUTHORITY, "/api/agents", now(), "n1", NO_BODY)
                .add("Content-Length", "2");
        MultiMap chunks = signer.headers("POST", AUTHORITY, "/api/agents", now(), "n1", NO_BODY)
                .add("Transfer-Encoding", "chunked");
        MultiMap empty = signer.headers("POST", AUTHORITY, "/api/agents", now(), "n1", NO_BODY)
                .add("Content-Length", "0");
        // Then
        assertForged(Signer.head("POST", AUTHORITY, "/api/agents", length));
        assertForged(Signer.head("POST", AUTHORITY, "/api/agents", chunks));
        assertThat(prove(Signer.head("POST", AUTHORITY, "/api/agents", empty)).caller())
                .isEqualTo(AGENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "md5=:XUFAKrxLKna5cZ2REBfFkg==:",
                "sha-256=:XUFAKrxLKna5cZ2REBfFkg==:",
                "sha-256=RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=",
                "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:, sha-512=:AAAA:",
                "sha-512=:AAAA:, sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"
            })
    void A67_anythingButOneSha256IsRefused(String digest) {
        // Given
        RequestHead request = signer.request("POST", "/api/agents", now(), "n1", "{}".getBytes(UTF_8));
        // When
        request.headers().set("Content-Digest", digest);
        // Then
        assertForged(request);
    }

    @Test
    void A67_twoDigestsAreRefused() {
        // Given
        RequestHead request = signer.request("POST", "/api/agents", now(), "n1", "{}".getBytes(UTF_8));
        // When
        request.headers().add("Content-Digest", request.headers().get("Content-Digest"));
        // Then
        assertForged(request);
    }

    @Test
    void A73_aRotatedSecretWorksUntilItsGraceIsOver() {
        // Given
        Signer old = Signer.hmac("agent-1", ROTATED_SECRET);
        assertThat(prove(old.get("/api/apps", now(), "n1")).caller()).isEqualTo(AGENT);
        // When
        clock.advance(Duration.ofSeconds(30));
        // Then
        assertForged(old.get("/api/apps", now(), "n2"));
        assertThat(prove(signer.get("/api/apps", now(), "n3")).caller()).isEqualTo(AGENT);
    }

    @Test
    void A75_anAgentThatFillsItsHalfWaitsAndOthersGoOn() {
        // Given
        SignedRequests small = replica(60, 10);
        for (int i = 0; i < 5; i++) {
            prove(small, signer.get("/api/apps", now(), "n" + i));
        }
        // Then
        assertThat(assertRefused(RATE_LIMITED, () -> prove(small, signer.get("/api/apps", now(), "n5")))
                        .retryAfter())
                .contains(Duration.ofSeconds(60));
        assertThat(prove(small, Signer.hmac("agent-2", OTHERS_SECRET).get("/api/apps", now(), "n1"))
                        .caller())
                .isEqualTo(OTHER);
    }

    @CanIgnoreReturnValue
    private ProvenCaller prove(RequestHead request) {
        return prove(thisReplica, request);
    }

    @CanIgnoreReturnValue
    private static ProvenCaller prove(SignedRequests replica, RequestHead request) {
        return replica.prove(request, signature(request)).await().indefinitely();
    }

    private Problem refusal(RequestHead request) {
        return assertRefused(UNAUTHENTICATED, () -> prove(request));
    }

    private void assertForged(RequestHead request) {
        assertRefused(UNAUTHENTICATED, () -> prove(request));
    }

    private static MessageSignature signature(RequestHead request) {
        return MessageSignature.of(request.header("signature-input"), request.header("signature"));
    }

    private Instant now() {
        return clock.instant();
    }

    private static HmacKey key(String hex) {
        return HmacKey.ofHex(Secret.of(hex));
    }

    private SignedRequests replica(int toleranceSeconds, int nonces) {
        return new SignedRequests(
                keyId -> Uni.createFrom().item(Optional.ofNullable(keyholders.get(keyId))),
                (keyId, nonce, expiresAt) ->
                        Uni.createFrom().item(() -> everyReplicasNonces.add(List.of(keyId, nonce))),
                new Authorities(
                        Optional.of(List.of("Keeper.example:443", "second.example")),
                        PublicUrl.of("https://keeper.example"),
                        false,
                        8080,
                        Optional.empty()),
                new AgentLimits(1_000_000, System::nanoTime),
                signatures(toleranceSeconds, nonces),
                clock,
                count -> new byte[count]);
    }

    private static SignaturesConfig signatures(int toleranceSeconds, int nonces) {
        return new SignaturesConfig() {
            @Override
            public Duration tolerance() {
                return Duration.ofSeconds(toleranceSeconds);
            }

            @Override
            public int nonces() {
                return nonces;
            }
        };
    }
}
