package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.provider.EgressFailure.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int MAX_BODY = 64 * 1024;

    private static Vertx vertx;
    private static Egress egress;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        egress = new Egress(vertx);
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aRequestIsSentAsItIs() throws IOException {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\n\u00c3\u00bc!")) {
            // When
            Answer answer = send(new Outbound(
                    HttpMethod.POST,
                    server.uri("/a%20b?c=d%26e"),
                    Map.of("Content-Type", "text/x", "X-One", "1"),
                    Optional.of("bödy"),
                    LONG,
                    true));

            // Then
            assertThat(answer).isEqualTo(new Answer(429, "7", "ü!"));
            assertThat(server.requests).singleElement().satisfies(request -> {
                assertThat(request).startsWith("POST /a%20b?c=d%26e HTTP/1.1\r\n");
                assertThat(request).containsIgnoringCase("\r\nhost: 127.0.0.1:" + server.port() + "\r\n");
                assertThat(request).containsIgnoringCase("\r\nx-one: 1\r\n");
                assertThat(request).endsWith("\r\n\r\nb\u00c3\u00b6dy");
            });
        }
    }

    @Test
    void F53_noAnswerIsToBeCompressed() throws IOException {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            // When
            Answer answer = send(get(server.uri("/"), LONG));

            // Then
            assertThat(answer).isEqualTo(new Answer(200, null, ""));
            assertThat(server.requests.getFirst()).containsIgnoringCase("\r\naccept-encoding: identity\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void A97_aRedirectIsAnAnswer(int status) throws IOException {
        try (RawServer elsewhere = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                RawServer server = RawServer.answering("HTTP/1.1 " + status + " Moved\r\nLocation: "
                        + elsewhere.uri("/x") + "\r\nContent-Length: 0\r\n\r\n")) {
            // When
            Answer answer = send(get(server.uri("/"), LONG));

            // Then
            assertThat(answer.status()).isEqualTo(status);
            assertThat(elsewhere.connections).isEmpty();
        }
    }

    @Test
    void F53_anAnswerMayHave64KiB() throws IOException {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + MAX_BODY + "\r\n\r\n" + "a".repeat(MAX_BODY))) {
            assertThat(send(get(server.uri("/"), LONG)).body()).hasSize(MAX_BODY);
        }
    }

    @Test
    void F53_anAnswerOfOneByteMoreIsLost() throws IOException {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + (MAX_BODY + 1) + "\r\n\r\n" + "a".repeat(MAX_BODY + 1))) {
            assertThat(failure(get(server.uri("/"), LONG)).kind()).isEqualTo(Kind.ANSWER_LOST);
        }
    }

    @Test
    void F53_anEndlessAnswerIsCutAndTheSocketClosed() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                RawServer.write(socket, "400\r\n" + "a".repeat(1024) + "\r\n");
            }
        })) {
            // When
            EgressFailure failure = failure(get(server.uri("/"), LONG));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.ANSWER_LOST);
            assertThat(failure).hasMessage("the answer is too long");
            await().untilAsserted(() -> assertThat(server.gone).isNotEmpty());
        }
    }

    @Test
    void F49_aSlowDripIsCutAtTheDeadlineAndTheSocketClosed() throws IOException {
        try (Dripping server = new Dripping("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", "a")) {
            // When
            EgressFailure failure = failure(get(server.raw.uri("/"), SHORT));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.ANSWER_LOST);
            assertThat(failure).hasMessage("no answer in time");
            await().untilAsserted(() -> assertThat(server.raw.gone).isNotEmpty());
        }
    }

    @Test
    void F49_aSlowDripOfHeadersIsCutToo() throws IOException {
        try (Dripping server = new Dripping("HTTP/1.1 200 OK\r\n", "X-A: b\r\n")) {
            assertThat(failure(get(server.raw.uri("/"), SHORT)).kind()).isEqualTo(Kind.ANSWER_LOST);
            await().untilAsserted(() -> assertThat(server.raw.gone).isNotEmpty());
        }
    }

    @Test
    void F49_aServerThatHangsIsLeftAtTheDeadline() throws IOException {
        CountDownLatch left = new CountDownLatch(1);
        try (RawServer server = new RawServer(socket -> {
            while (socket.getInputStream().read() != -1) {}
            left.countDown();
        })) {
            // When
            EgressFailure failure = failure(post(server.uri("/"), SHORT));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.ANSWER_LOST);
            await().untilAsserted(() -> assertThat(left.getCount()).isZero());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void F52_anAnswerThatIsCutOffIsLostAndNothingIsSentTwice(String half) throws IOException {
        try (RawServer server = RawServer.answering(half)) {
            // When
            EgressFailure failure = failure(post(server.uri("/"), LONG));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.ANSWER_LOST);
            assertThat(server.requests).hasSize(1);
            assertThat(server.connections).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":"})
    void F52_aResetLosesTheAnswerAndNothingIsSentTwice(String half) throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.write(socket, half);
            socket.setSoLinger(true, 0);
            socket.close();
        })) {
            // When
            EgressFailure failure = failure(post(server.uri("/"), LONG));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.ANSWER_LOST);
            assertThat(server.requests).hasSize(1);
            assertThat(server.connections).hasSize(1);
        }
    }

    @Test
    void aConnectionIsNeverUsedAgain() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
            while (socket.getInputStream().read() != -1) {}
        })) {
            // When
            List<Answer> answers = List.of(send(get(server.uri("/"), LONG)), send(get(server.uri("/"), LONG)));

            // Then
            assertThat(answers).containsOnly(new Answer(200, null, ""));
            assertThat(server.connections).hasSize(2);
        }
    }

    @Test
    void F48_aRefusedConnectionSendsNothing() throws IOException {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        // Then
        assertThat(failure(post(URI.create("http://127.0.0.1:" + port + "/"), LONG))
                        .kind())
                .isEqualTo(Kind.NOT_SENT);
    }

    @Test
    void F48_anUnknownHostSendsNothing() {
        assertThat(failure(post(URI.create("http://nobody.invalid/"), Duration.ofSeconds(1)))
                        .kind())
                .isEqualTo(Kind.NOT_SENT);
    }

    @Test
    void F48_aCertificateThatNobodyTrustsSendsNothing() {
        // Given
        SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
        CountDownLatch asked = new CountDownLatch(1);
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
                .requestHandler(request -> asked.countDown())
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        // When
        EgressFailure failure = failure(post(URI.create("https://localhost:" + server.actualPort() + "/"), LONG));

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(asked.getCount()).isEqualTo(1);
        server.close().toCompletionStage().toCompletableFuture().join();
        certificate.delete();
    }

    @Test
    void F48_aHandshakeThatHangsSendsNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failure(post(URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/"), SHORT))
                            .kind())
                    .isEqualTo(Kind.NOT_SENT);
        }
    }

    @Test
    void whoeverHasNoTimeLeftIsAnsweredAllTheSame() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            while (socket.getInputStream().read() != -1) {}
        })) {
            assertThat(failure(get(server.uri("/"), Duration.ZERO))).hasMessage("no answer in time");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"})
    void A98_aPrivateAddressIsNotCalledUnlessAllowed(String host) throws IOException {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            // When
            EgressFailure failure = failure(new Outbound(
                    HttpMethod.POST,
                    URI.create("http://" + host + ":" + server.port() + "/"),
                    Map.of(),
                    Optional.of("body"),
                    LONG,
                    false));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(failure).hasMessage("the address is private");
            assertThat(server.connections).isEmpty();
        }
    }

    @Test
    void A99_aNameIsCalledAtTheAddressThatWasChecked() throws IOException {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            // When
            Answer answer = send(get(URI.create("http://localhost:" + server.port() + "/"), LONG));

            // Then
            assertThat(answer.status()).isEqualTo(200);
            assertThat(server.requests.getFirst())
                    .containsIgnoringCase("\r\nhost: localhost:" + server.port() + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary\nX-Injected: 1", "canary\r\nX-Injected: 1", "canary\0", "canary\r"})
    void A134_aHeaderThatCannotBeSentFailsAtOnceAndIsNotTold(String token) throws IOException {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            // When
            EgressFailure failure = failure(new Outbound(
                    HttpMethod.GET,
                    server.uri("/"),
                    Map.of("Authorization", "Bearer " + token),
                    Optional.empty(),
                    Duration.ofSeconds(60),
                    true));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(failure.getMessage()).doesNotContain("canary");
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void A127_whatAProviderSendsInPlaceOfAnAnswerIsNotLogged() throws IOException {
        // Given
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler log = new Handler() {
            @Override
            public void publish(LogRecord each) {
                logged.add(each.getMessage() + " " + each.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(log);

        // When
        try (RawServer server = RawServer.answering("canary-of-a-token at once\r\n")) {
            assertThat(failure(post(server.uri("/"), LONG)).getMessage()).doesNotContainIgnoringCase("canary");
        } finally {
            root.removeHandler(log);
        }

        // Then
        assertThat(logged).noneSatisfy(each -> assertThat(each).containsIgnoringCase("canary"));
    }

    @Test
    void I7_noSecretIsInTheTextOfARequestOrAnAnswer() {
        // Given
        Outbound outbound = new Outbound(
                HttpMethod.POST,
                URI.create("https://login.acme.example/revoke?token=canary"),
                Map.of("Authorization", "canary"),
                Optional.of("canary"),
                LONG,
                false);

        // Then
        assertThat(outbound.toString()).contains("login.acme.example").doesNotContain("canary");
        assertThat(new Answer(200, null, "canary").toString()).doesNotContain("canary");
    }

    private static Outbound get(URI uri, Duration deadline) {
        return new Outbound(HttpMethod.GET, uri, Map.of(), Optional.empty(), deadline, true);
    }

    private static Outbound post(URI uri, Duration deadline) {
        return new Outbound(HttpMethod.POST, uri, Map.of(), Optional.of("refresh_token=rt"), deadline, true);
    }

    private static Answer send(Outbound outbound) {
        return egress.send(outbound).await().atMost(Duration.ofSeconds(15));
    }

    private static EgressFailure failure(Outbound outbound) {
        return catchThrowableOfType(EgressFailure.class, () -> {
            Answer unwanted = send(outbound);
            throw new AssertionError("answered " + unwanted);
        });
    }

    /** Begins an answer and then never lets the line go idle. */
    private static final class Dripping implements AutoCloseable {

        private final CountDownLatch end = new CountDownLatch(1);
        private final RawServer raw;

        Dripping(String beginning, String drop) {
            raw = new RawServer(socket -> {
                RawServer.write(socket, beginning);
                while (!end.await(20, TimeUnit.MILLISECONDS)) {
                    RawServer.write(socket, drop);
                }
            });
        }

        @Override
        public void close() throws IOException {
            end.countDown();
            raw.close();
        }
    }
}
