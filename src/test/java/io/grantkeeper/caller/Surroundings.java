package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.grantkeeper.boot.TestDatabase;
import io.grantkeeper.secret.KeyRing;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;

/** What the service leans on: PostgreSQL, an identity provider, a home folder; and a port that is known beforehand. */
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    private TestDatabase database;
    private HttpServer issuer;
    private Api api;

    @Override
    public Map<String, String> start() {
        try {
            api = new Api(freePort(), key(), Files.createTempDirectory("grantkeeper"));
            database = TestDatabase.in(api.home());
            issuer = issuer(api.issuersKey());
            return settings();
        } catch (IOException | JoseException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void stop() {
        issuer.stop(0);
        database.close();
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(api, new TestInjector.MatchesType(Api.class));
    }

    private Map<String, String> settings() throws IOException {
        Path keyRing = api.home().resolve("keyring.json");
        Files.writeString(keyRing, KeyRing.generate(byte[]::new));
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.put("quarkus.http.port", Integer.toString(api.port()));
        settings.put("quarkus.http.test-port", Integer.toString(api.port()));
        settings.put("quarkus.management.test-port", Integer.toString(freePort()));
        settings.put("grantkeeper.clusters.c1.issuer", "https://kubernetes.default.svc");
        settings.put("grantkeeper.clusters.c1.namespaces", "team-b=org_bolt");
        settings.put("grantkeeper.embedded", "true");
        settings.put("grantkeeper.home", api.home().toString());
        settings.put("grantkeeper.keyring-file", keyRing.toString());
        settings.put("grantkeeper.public-url", api.origin());
        settings.put("grantkeeper.users.issuer", Api.ISSUER);
        settings.put("grantkeeper.users.audience", "grantkeeper");
        settings.put("grantkeeper.users.operator-role", "keeper");
        settings.put(
                "grantkeeper.users.jwks-url",
                "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        return settings;
    }

    private static RsaJsonWebKey key() throws JoseException {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId("k1");
        return key;
    }

    private static HttpServer issuer(RsaJsonWebKey key) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] keys = new JsonWebKeySet(key).toJson().getBytes(UTF_8);
        server.createContext("/keys", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, keys.length);
                exchange.getResponseBody().write(keys);
            }
        });
        server.start();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
