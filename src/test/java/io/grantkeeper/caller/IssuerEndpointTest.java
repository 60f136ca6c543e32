package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuerEndpointTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private String issuer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void keysAreFoundByDiscovery() throws JoseException {
        // Given
        publish("/realm/.well-known/openid-configuration", 200, discovery(issuer));
        publish("/realm/keys", 200, published());
        // When
        JsonWebKeySet keys = keys(Optional.empty());
        // Then
        assertThat(keys.getJsonWebKeys()).hasSize(1);
        assertThat(asked).containsExactly("/realm/.well-known/openid-configuration", "/realm/keys");
    }

    @Test
    void keysAreTakenWhereTheOperatorSays() throws JoseException {
        // Given
        publish("/elsewhere", 200, published());
        // When
        JsonWebKeySet keys = keys(Optional.of(issuer.replace("/realm", "/elsewhere")));
        // Then
        assertThat(keys.getJsonWebKeys()).hasSize(1);
        assertThat(asked).containsExactly("/elsewhere");
    }

    @Test
    void aDocumentAboutAnotherIssuerIsRefused() {
        publish("/realm/.well-known/openid-configuration", 200, discovery("https://evil.example"));

        assertFails(Optional.empty());
    }

    @Test
    void aRedirectIsNotFollowed() {
        // Given
        server.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().add("Location", issuer + "/keys");
            answer(exchange, 302, "");
        });
        // Then
        assertFails(Optional.of(issuer.replace("/realm", "/elsewhere")));
        assertThat(asked).containsExactly("/elsewhere");
    }

    @Test
    void whatIsNoKeySetFails() {
        publish("/html", 200, "<html>");
        publish("/broken", 500, "{\"keys\":[]}");

        assertFails(Optional.of(issuer.replace("/realm", "/html")));
        assertFails(Optional.of(issuer.replace("/realm", "/broken")));
        assertFails(Optional.of("http://127.0.0.1:1/"));
        assertFails(Optional.of("not a url"));
        assertFails(Optional.empty());
    }

    private JsonWebKeySet keys(Optional<String> jwksUrl) {
        return new IssuerEndpoint(ServerClient.open(vertx), issuer, jwksUrl)
                .keys()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void assertFails(Optional<String> jwksUrl) {
        assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> keys(jwksUrl));
    }

    private String discovery(String named) {
        return "{\"issuer\":\"" + named + "\",\"jwks_uri\":\"" + issuer + "/keys\"}";
    }

    private static String published() throws JoseException {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        return new JsonWebKeySet(key).toJson();
    }

    private void publish(String path, int status, String body) {
        server.createContext(path, exchange -> answer(exchange, status, body));
    }

    private void answer(HttpExchange exchange, int status, String body) {
        asked.add(exchange.getRequestURI().getPath());
        byte[] bytes = body.getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
