package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * As much of a Kubernetes API server as a pod's token needs, on https with an authority of its own: it mints tokens with
 * the claims of a projected volume, publishes its keys, and reviews tokens for whoever shows its bearer.
 */
public final class KubernetesCluster implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final String issuer;
    private final PublicJsonWebKey key;
    private final int port;
    private final AtomicInteger keyFetches = new AtomicInteger();
    private final AtomicInteger reviews = new AtomicInteger();
    private final Set<String> gonePods = ConcurrentHashMap.newKeySet();
    private volatile boolean knowsAudiences = true;
    private HttpsServer server;

    private KubernetesCluster(Path folder, String issuer) {
        this.folder = folder;
        try {
            this.key = RsaJwkGenerator.generateJwk(2048);
            this.key.setKeyId("key-" + UUID.randomUUID());
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
        makeAuthority();
        bearer();
        this.server = listen(0);
        this.port = server.getAddress().getPort();
        this.issuer = issuer.isEmpty() ? url() : issuer;
    }

    /** One whose issuer is its own address. */
    public static KubernetesCluster start(Path folder) {
        return new KubernetesCluster(folder, "");
    }

    /** One with an issuer of any name, as most clusters have. */
    public static KubernetesCluster start(Path folder, String issuer) {
        return new KubernetesCluster(folder, issuer);
    }

    /** What makes a service believe it, under that name. */
    public Map<String, String> settings(String id) {
        String prefix = "GRANTKEEPER_CLUSTERS_" + id.toUpperCase(Locale.ROOT) + "_";
        Map<String, String> settings = new HashMap<>();
        settings.put(prefix + "ISSUER", issuer);
        settings.put(prefix + "CA_FILE", folder.resolve("ca.crt").toString());
        settings.put(prefix + "BEARER_FILE", folder.resolve("token").toString());
        if (!issuer.equals(url())) {
            settings.put(prefix + "JWKS_URL", url() + "/openid/v1/jwks");
        }
        return settings;
    }

    /** What makes a service ask it, too. */
    public Map<String, String> reviewing(String id) {
        String prefix = "GRANTKEEPER_CLUSTERS_" + id.toUpperCase(Locale.ROOT) + "_";
        Map<String, String> settings = new HashMap<>(settings(id));
        settings.put(prefix + "REVIEW", "kubernetes");
        settings.put(prefix + "API_URL", url());
        return settings;
    }

    /** A service account of it; each has a uid of its own, also where two have one name. */
    public Pod pod(String namespace, String serviceAccount) {
        return new Pod(namespace, serviceAccount, UUID.randomUUID().toString());
    }

    /** A running pod of a service account. */
    public final class Pod {

        private final String namespace;
        private final String serviceAccount;
        private final String serviceAccountUid;
        private final String uid = UUID.randomUUID().toString();

        private Pod(String namespace, String serviceAccount, String serviceAccountUid) {
            this.namespace = namespace;
            this.serviceAccount = serviceAccount;
            this.serviceAccountUid = serviceAccountUid;
        }

        public String serviceAccount() {
            return serviceAccount;
        }

        /** What its projected volume holds. */
        public String token() {
            return token(claims -> {});
        }

        /** That, with something else about it. */
        public String token(Consumer<JwtClaims> change) {
            return token(key, change);
        }

        /** That, signed by somebody else. */
        public String token(PublicJsonWebKey signer, Consumer<JwtClaims> change) {
            JwtClaims claims = claims();
            change.accept(claims);
            return Canaries.add("service-account token", signed(signer, claims));
        }

        /** Another pod of the same service account. */
        public Pod sibling() {
            return new Pod(namespace, serviceAccount, serviceAccountUid);
        }

        /** Its token still has a good signature. */
        public void delete() {
            gonePods.add(uid);
        }

        private JwtClaims claims() {
            JwtClaims claims = new JwtClaims();
            claims.setIssuer(issuer);
            claims.setAudience("grantkeeper");
            claims.setSubject("system:serviceaccount:" + namespace + ":" + serviceAccount);
            claims.setIssuedAtToNow();
            claims.setNotBeforeMinutesInThePast(0);
            claims.setExpirationTimeMinutesInTheFuture(60);
            claims.setGeneratedJwtId();
            claims.setClaim(
                    "kubernetes.io",
                    Map.of(
                            "namespace",
                            namespace,
                            "node",
                            Map.of("name", "node-1", "uid", UUID.randomUUID().toString()),
                            "pod",
                            Map.of("name", serviceAccount + "-5d4f8", "uid", uid),
                            "serviceaccount",
                            Map.of("name", serviceAccount, "uid", serviceAccountUid)));
            return claims;
        }
    }

    /** From now on an API server that has not heard of audiences. */
    public void forgetAudiences() {
        knowsAudiences = false;
    }

    /** Its public key, with which nobody but a fool would verify an HMAC. */
    public PublicJsonWebKey key() {
        return key;
    }

    public int keyFetches() {
        return keyFetches.get();
    }

    public int reviews() {
        return reviews.get();
    }

    public void stop() {
        server.stop(0);
    }

    public void startAgain() {
        server = listen(port);
    }

    @Override
    public void close() {
        stop();
    }

    private String url() {
        return "https://127.0.0.1:"
                + (server == null ? port : server.getAddress().getPort());
    }

    private static String signed(PublicJsonWebKey signer, JwtClaims claims) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setPayload(claims.toJson());
            jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
            jws.setKeyIdHeaderValue(signer.getKeyId());
            jws.setKey(signer.getPrivateKey());
            return jws.getCompactSerialization();
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private HttpsServer listen(int onPort) {
        try {
            HttpsServer listening =
                    HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 0);
            listening.setHttpsConfigurator(new HttpsConfigurator(tls()));
            listening.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            listening.createContext("/.well-known/openid-configuration", this::discovery);
            listening.createContext("/openid/v1/jwks", this::keys);
            listening.createContext("/apis/authentication.k8s.io/v1/tokenreviews", this::review);
            listening.start();
            return listening;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void discovery(HttpExchange exchange) throws IOException {
        answer(exchange, Map.of("issuer", issuer, "jwks_uri", url() + "/openid/v1/jwks"));
    }

    private void keys(HttpExchange exchange) throws IOException {
        keyFetches.incrementAndGet();
        answer(exchange, JSON.readTree(new JsonWebKeySet(key).toJson()));
    }

    private void review(HttpExchange exchange) throws IOException {
        reviews.incrementAndGet();
        JsonNode spec = JSON.readTree(exchange.getRequestBody()).path("spec");
        String token = spec.path("token").asText();
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        JsonNode kubernetes = claims.path("kubernetes.io");
        boolean gone = gonePods.contains(kubernetes.path("pod").path("uid").asText());
        Map<String, Object> status = new HashMap<>(Map.of("authenticated", !gone));
        if (!gone) {
            status.put(
                    "user",
                    Map.of(
                            "username",
                            claims.path("sub").asText(),
                            "uid",
                            kubernetes.path("serviceaccount").path("uid").asText(),
                            "groups",
                            List.of("system:serviceaccounts")));
        }
        if (!gone && knowsAudiences) {
            status.put("audiences", spec.path("audiences"));
        }
        answer(exchange, Map.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenReview", "status", status));
    }

    /** Only to whoever shows its bearer, as an API server does. */
    private void answer(HttpExchange exchange, Object document) throws IOException {
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        boolean known = shown.equals("Bearer " + Files.readString(folder.resolve("token")));
        byte[] body = known ? JSON.writeValueAsBytes(document) : "{\"kind\": \"Status\"}".getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(known ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void bearer() {
        try {
            String bearer = Canaries.fresh("bearer of the API server");
            Files.writeString(folder.resolve("token"), bearer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void makeAuthority() {
        run(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=kubernetes",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc:c",
                "-storetype",
                "PKCS12");
        try (InputStream file = Files.newInputStream(store())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            Certificate certificate = keys.getCertificate("server");
            Files.writeString(
                    folder.resolve("ca.crt"),
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Path store() {
        return folder.resolve("server.p12");
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store().toString(), "-storepass", PASSWORD));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private SSLContext tls() throws GeneralSecurityException, IOException {
        try (InputStream file = Files.newInputStream(store())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        }
    }
}
