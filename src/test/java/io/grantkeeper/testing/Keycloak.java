package io.grantkeeper.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real Keycloak, started as a process from its distribution; each refresh token of its realm is good once. */
public final class Keycloak implements AutoCloseable {

    public static final String CLIENT_ID = "grantkeeper-at-keycloak";
    public static final String USER = "alice";

    private static final Path HOME = Path.of(System.getProperty("grantkeeper.keycloak", "target/keycloak"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final String clientSecret;
    private final String password;

    private Keycloak(Process process, int port, String clientSecret, String password) {
        this.process = process;
        this.port = port;
        this.clientSecret = clientSecret;
        this.password = password;
    }

    /**
     * Starts it, and returns when its realm answers.
     *
     * @param accessTokenLifespan how long its access tokens live
     * @param redirectUri the one that its client is registered with
     */
    public static Keycloak start(Duration accessTokenLifespan, URI redirectUri) {
        String clientSecret = Canaries.fresh("client secret");
        String password = Canaries.fresh("password");
        try {
            // What an earlier run left would win over the realm below.
            deleteTree(HOME.resolve("data"));
            Path realms = Files.createDirectories(HOME.resolve("data/import"));
            Files.writeString(
                    realms.resolve("acme.json"), realm(accessTokenLifespan, redirectUri, clientSecret, password));
            int port = PackagedService.freePort();
            Process process = command(port).start();
            Keycloak keycloak = new Keycloak(process, port, clientSecret, password);
            await().atMost(START).pollInterval(Duration.ofMillis(500)).until(keycloak::answers);
            return keycloak;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> content = Files.walk(folder)) {
                content.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private static ProcessBuilder command(int port) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                HOME.resolve("bin/kc.sh").toAbsolutePath().toString(),
                "start-dev",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--cache=local");
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        Path log = Files.createDirectories(Path.of("target")).resolve("keycloak.log");
        return command.redirectErrorStream(true).redirectOutput(log.toFile());
    }

    private static String realm(Duration lifespan, URI redirectUri, String clientSecret, String password) {
        return """
                {
                  "realm": "acme", "enabled": true, "sslRequired": "none",
                  "revokeRefreshToken": true, "refreshTokenMaxReuse": 0,
                  "accessTokenLifespan": %d,
                  "clients": [{
                    "clientId": "%s", "enabled": true, "publicClient": false, "secret": "%s",
                    "redirectUris": ["%s"], "standardFlowEnabled": true, "serviceAccountsEnabled": true,
                    "attributes": {"pkce.code.challenge.method": "S256"}
                  }],
                  "users": [{
                    "username": "%s", "enabled": true, "firstName": "Alice", "lastName": "Doe",
                    "email": "alice@acme.example", "emailVerified": true,
                    "credentials": [{"type": "password", "value": "%s", "temporary": false}]
                  }]
                }
                """.formatted(lifespan.toSeconds(), CLIENT_ID, clientSecret, redirectUri, USER, password);
    }

    private boolean answers() throws InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("Keycloak has ended: see target/keycloak.log");
        }
        try {
            URI discovery = URI.create(issuer() + "/.well-known/openid-configuration");
            return http.send(HttpRequest.newBuilder(discovery).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    public String issuer() {
        return "http://127.0.0.1:" + port + "/realms/acme";
    }

    public String clientSecret() {
        return clientSecret;
    }

    /** A provider's entry with nothing but the issuer. */
    public String bareEntry(String id) {
        return """
                id: %s
                name: Keycloak
                issuer: %s
                """.formatted(id, issuer());
    }

    /** A provider's entry that leans on the issuer, and says what it offers. */
    public String entry(String id) {
        return """
                id: %s
                name: Keycloak
                issuer: %s
                scopes: {openid: Sign in, profile: Profile, email: Email address}
                default_scopes: [openid, profile, email]
                api_base_urls: [%s]
                grants: [authorization_code, client_credentials]
                """.formatted(id, issuer(), issuer());
    }

    /** From the redirect to Keycloak over its login page to the service's page at the end. */
    public Answer connect(Browser browser, Answer toProvider) {
        Answer loginPage = browser.follow(toProvider);
        Matcher form = FORM.matcher(loginPage.body());
        if (!form.find()) {
            throw new AssertionError("no login page but " + loginPage);
        }
        URI action = URI.create(form.group(1).replace("&amp;", "&"));
        return browser.follow(
                browser.submit(action, Map.of("username", USER, "password", password, "credentialId", "")));
    }

    /** Whether Keycloak still honours an access token. */
    public boolean honours(String accessToken) {
        HttpRequest userinfo = HttpRequest.newBuilder(URI.create(issuer() + "/protocol/openid-connect/userinfo"))
                .header("Authorization", "Bearer " + accessToken)
                .build();
        try {
            return http.send(userinfo, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
