package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grantkeeper.provider.PublicMetadata.Finding;
import io.grantkeeper.provider.PublicMetadata.Issuer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looking at what an issuer publishes, so that a person learns which of all things it was. */
class PublicMetadataTest {

    private static final String OPENID = "/tenant/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server/tenant";

    private static Vertx vertx;
    private static PublicMetadata metadata;

    private HttpServer server;
    private String issuer;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        metadata = ProviderClients.of(vertx, () -> Instant.EPOCH, () -> 0).metadata();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void anIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.start();
        issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/tenant";
    }

    @AfterEach
    void noIssuer() {
        server.stop(0);
    }

    @Test
    void aDocumentIsFoundAsOpenIdConnectHasIt() {
        // Given
        publish(OPENID, 200, document(issuer));

        // When
        Finding finding = find(true);

        // Then
        assertThat(finding).isInstanceOfSatisfying(Finding.Document.class, document -> {
            assertThat(document.address()).hasPath(OPENID);
            assertThat(document.tree().path("issuer").asText()).isEqualTo(issuer);
            assertThat(document.objection()).isEmpty();
        });
    }

    @Test
    void aDocumentIsFoundAsOAuthHasIt() {
        // Given
        publish(OAUTH, 200, document(issuer));

        // Then
        assertThat(find(true))
                .isInstanceOfSatisfying(
                        Finding.Document.class,
                        document -> assertThat(document.address()).hasPath(OAUTH));
    }

    @Test
    void whatTheServiceWouldNotGoByIsSaid() {
        // Given
        publish(OPENID, 200, document("https://login.another.example"));

        // Then
        assertThat(find(true))
                .isInstanceOfSatisfying(
                        Finding.Document.class,
                        document -> assertThat(document.objection()).contains("the document is another issuer's"));
    }

    @Test
    void thatThereIsNoDocumentIsNoPassingThing() {
        // Given
        publish(OPENID, 200, "<html>");
        publish(OAUTH, 404, "");

        // Then
        assertThat(find(true)).isInstanceOf(Finding.Nothing.class);
    }

    @Test
    void whoIsOverloadedMayTellLater() {
        // Given
        publish(OPENID, 503, "");
        publish(OAUTH, 404, "");

        // Then
        assertThat(find(true)).isInstanceOf(Finding.Away.class);
    }

    @Test
    void whoDoesNotAnswerMayTellLater() {
        // Given
        server.stop(0);

        // Then
        assertThat(find(true)).isInstanceOf(Finding.Away.class);
    }

    @Test
    void aPrivateAddressIsNotCalledUnlessItIsAllowed() {
        // Given
        publish(OPENID, 200, document(issuer));

        // Then
        assertThat(find(false))
                .isInstanceOfSatisfying(
                        Finding.Forbidden.class,
                        forbidden -> assertThat(forbidden.reason()).contains("the address is private"));
    }

    private Finding find(boolean allowPrivate) {
        return metadata.find(new Issuer(issuer, allowPrivate)).await().atMost(Duration.ofSeconds(10));
    }

    private void publish(String path, int status, String body) {
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
                exchange.getResponseBody().write(body.getBytes(UTF_8));
            }
        });
    }

    private static String document(String of) {
        return """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token"}
                """.formatted(of);
    }
}
