package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A provider that does what it is told, request by request, and else what RFC 6749, RFC 7636 and RFC 7009 say.
 *
 * <p>It writes down what really happened. Every code, token and secret of it is a canary.
 */
public final class ScriptedProvider implements AutoCloseable {

    private final String id;
    private final HttpServer server;
    private final String clientId;
    private final String clientSecret = Canaries.fresh("client secret");
    private final boolean tellsIssuer;

    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, Grant> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, Grant> refreshTokens = new ConcurrentHashMap<>();
    private final Map<Endpoint, Queue<Script>> next = new ConcurrentHashMap<>();
    private final Map<Endpoint, Script> always = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile boolean rotates;
    private volatile String lifetime;
    private volatile CountDownLatch released;

    /** Where a request may go. */
    public enum Endpoint {
        AUTHORIZE,
        TOKEN,
        USERINFO,
        REVOKE;

        String path() {
            return "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a user agreed to. */
    private record Grant(String subject, String scope) {}

    private record Code(Grant grant, String redirectUri, String challenge) {}

    /**
     * A request that reached it.
     *
     * @param outcome {@code granted}, an error's code, or {@code scripted}
     */
    public record Call(Endpoint endpoint, Map<String, String> form, String outcome) {

        public boolean is(String grantType) {
            return grantType.equals(form.get("grant_type"));
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return endpoint + " " + form.getOrDefault("grant_type", "") + " " + outcome;
        }
    }

    private ScriptedProvider(String id, HttpServer server, boolean tellsIssuer) {
        this.id = id;
        this.server = server;
        this.clientId = "grantkeeper-at-" + id;
        this.tellsIssuer = tellsIssuer;
        for (Endpoint endpoint : Endpoint.values()) {
            server.createContext(endpoint.path(), exchange -> handle(endpoint, exchange));
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        reset();
    }

    /** One whose callbacks carry {@code iss} (RFC 9207), whose client proves itself by a header, and that revokes. */
    public static ScriptedProvider telling(String id) {
        return start(id, true);
    }

    /** One whose callbacks do not, whose client proves itself in the form, and where no grant can be ended. */
    public static ScriptedProvider plain(String id) {
        return start(id, false);
    }

    private static ScriptedProvider start(String id, boolean tellsIssuer) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
            ScriptedProvider provider = new ScriptedProvider(id, server, tellsIssuer);
            server.start();
            return provider;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Its entry in an operator's folder. */
    public String entry() {
        String issuer = tellsIssuer
                ? "issuer: " + url() + "\nauthorization_response_iss_parameter_supported: true\n"
                        + "revocation: {url: '" + url() + "/revoke'}\n"
                : "client_auth: post\n";
        return issuer + """
                id: %1$s
                name: The %1$s provider
                authorization_url: %2$s/authorize
                token_url: %2$s/token
                userinfo: {url: '%2$s/userinfo'}
                scopes: {read: Read, write: Write, admin: Administer}
                default_scopes: [read, write]
                api_base_urls: ['%2$s']
                grants: [authorization_code, client_credentials]
                """.formatted(id, url());
    }

    /** What a service is to be set to besides. */
    public Map<String, String> settings() {
        String prefix = "GRANTKEEPER_" + id.toUpperCase(Locale.ROOT).replace('-', '_');
        return Map.of(
                prefix + "_CLIENT_ID", clientId,
                prefix + "_CLIENT_SECRET", clientSecret,
                prefix + "_ALLOW_PRIVATE", "true");
    }

    public String id() {
        return id;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** As it was when it started: no script, rotation, tokens for an hour, nothing written down. */
    public synchronized void reset() {
        if (released != null) {
            released.countDown();
        }
        released = new CountDownLatch(1);
        next.clear();
        always.clear();
        calls.clear();
        rotates = true;
        lifetime = "3600";
    }

    /** Has it keep refresh tokens as they are. */
    public void rotateNothing() {
        rotates = false;
    }

    /** What {@code expires_in} says from now on. */
    public void lifetime(Duration seconds) {
        lifetime = Long.toString(seconds.toSeconds());
    }

    /** What becomes of the next request there; several are played one after the other. */
    public void next(Endpoint endpoint, Script script) {
        next.computeIfAbsent(endpoint, any -> new ConcurrentLinkedQueue<>()).add(script);
    }

    /** What becomes of every request there that nothing else is said of. */
    public void always(Endpoint endpoint, Script script) {
        always.put(endpoint, script);
    }

    /** What it was asked there, in order. */
    public List<Call> calls(Endpoint endpoint) {
        return calls.stream().filter(call -> call.endpoint() == endpoint).toList();
    }

    public List<Call> refreshes() {
        return calls(Endpoint.TOKEN).stream()
                .filter(call -> call.is("refresh_token"))
                .toList();
    }

    public List<Call> exchanges() {
        return calls(Endpoint.TOKEN).stream()
                .filter(call -> call.is("authorization_code"))
                .toList();
    }

    /** A refresh token that this user got elsewhere. */
    public String refreshTokenOf(String subject) {
        String token = Canaries.fresh("refresh token");
        refreshTokens.put(token, new Grant(subject, "read write"));
        return token;
    }

    /** Ends all grants of this user, as one does on a page of the provider. */
    public void forget(String subject) {
        refreshTokens.values().removeIf(grant -> grant.subject().equals(subject));
    }

    /** Whether there is a grant of this user that could still be used. */
    public boolean knows(String subject) {
        return refreshTokens.values().stream().anyMatch(grant -> grant.subject().equals(subject));
    }

    /** Where this user, who agrees, is sent back to by an authorization request. */
    public URI agree(URI request, String subject) {
        return agree(request, subject, Uris.parameter(request, "scope").orElse(""));
    }

    /** As {@link #agree(URI, String)}, to these scopes only. */
    public URI agree(URI request, String subject, String scope) {
        Map<String, String> asked = Uris.parameters(request);
        if (!"code".equals(asked.get("response_type"))
                || !clientId.equals(asked.get("client_id"))
                || !"S256".equals(asked.get("code_challenge_method"))) {
            throw new AssertionError("not an authorization request that it takes: " + asked.keySet());
        }
        String code = Canaries.fresh("authorization code");
        codes.put(code, new Code(new Grant(subject, scope), asked.get("redirect_uri"), asked.get("code_challenge")));
        return back(asked, "code", code);
    }

    /** Where a user who does not agree is sent back to. */
    public URI refuse(URI request) {
        return back(Uris.parameters(request), "error", "access_denied");
    }

    private URI back(Map<String, String> asked, String name, String value) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(name, value);
        parameters.put("state", asked.get("state"));
        if (tellsIssuer) {
            parameters.put("iss", url());
        }
        return URI.create(asked.get("redirect_uri") + "?" + Uris.form(parameters));
    }

    /** Waits until it was asked for as many refreshes. */
    public void awaitRefreshes(int count) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> refreshes().size() >= count);
    }

    private void handle(Endpoint endpoint, HttpExchange http) throws IOException {
        try (http) {
            String query = http.getRequestURI().getRawQuery();
            byte[] body = http.getRequestBody().readAllBytes();
            Map<String, String> form =
                    body.length > 0 ? Uris.form(new String(body, UTF_8)) : Uris.form(query == null ? "" : query);
            Optional.ofNullable(form.get("code_verifier"))
                    .ifPresent(verifier -> Canaries.add("code verifier", verifier));
            Exchange exchange = new Exchange(http, endpoint, form, released);
            Script script = Optional.ofNullable(next.get(endpoint))
                    .map(Queue::poll)
                    .or(() -> Optional.ofNullable(always.get(endpoint)))
                    .orElse(null);
            if (script == null) {
                exchange.properly();
            } else {
                exchange.note("scripted");
                script.play(exchange);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** One request and what is done with it. */
    public final class Exchange {

        private final HttpExchange http;
        private final Endpoint endpoint;
        private final Map<String, String> form;
        private final CountDownLatch end;
        private Call noted;
        private Duration slowness = Duration.ZERO;

        private Exchange(HttpExchange http, Endpoint endpoint, Map<String, String> form, CountDownLatch end) {
            this.http = http;
            this.endpoint = endpoint;
            this.form = form;
            this.end = end;
        }

        public void answer(int status, String contentType, byte[] body, Map<String, String> headers)
                throws IOException {
            takeTime();
            http.getResponseHeaders().set("Content-Type", contentType);
            headers.forEach(http.getResponseHeaders()::set);
            http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                try {
                    http.getResponseBody().write(body);
                } catch (IOException enough) {
                    // Whoever asked has hung up: that is how one deals with an answer without end.
                }
            }
        }

        private void takeTime() throws IOException {
            try {
                if (!slowness.isZero() && end.await(slowness.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("the provider was reset");
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException(stopped);
            }
        }

        void hang() throws InterruptedException {
            end.await();
        }

        /** What the standards say, at once, and only the answer takes its time. */
        public void properlyButSlowly(Duration time) throws IOException {
            slowness = time;
            properly();
        }

        /** What the standards say. */
        public void properly() throws IOException {
            switch (endpoint) {
                case AUTHORIZE -> {
                    note("granted");
                    answer(302, "text/plain", new byte[0], Map.of("Location", agreed().toString()));
                }
                case TOKEN -> token();
                case USERINFO -> userinfo();
                case REVOKE -> revoke();
            }
        }

        private URI agreed() {
            return agree(URI.create(url() + http.getRequestURI()), "somebody");
        }

        private void token() throws IOException {
            if (!isOurClient()) {
                refuse(401, "invalid_client");
                return;
            }
            switch (form.getOrDefault("grant_type", "")) {
                case "authorization_code" -> exchangeCode();
                case "refresh_token" -> refresh();
                case "client_credentials" ->
                    grant(new Grant(clientId, form.getOrDefault("scope", "read")), Optional.empty());
                default -> refuse(400, "unsupported_grant_type");
            }
        }

        private void exchangeCode() throws IOException {
            Code code = codes.remove(form.getOrDefault("code", ""));
            boolean right = code != null
                    && code.redirectUri().equals(form.get("redirect_uri"))
                    && code.challenge().equals(challenge(form.getOrDefault("code_verifier", "")));
            if (right) {
                grant(code.grant(), Optional.of(Canaries.fresh("refresh token")));
            } else {
                refuse(400, "invalid_grant");
            }
        }

        private void refresh() throws IOException {
            String token = form.getOrDefault("refresh_token", "");
            Grant grant = rotates ? refreshTokens.remove(token) : refreshTokens.get(token);
            if (grant == null) {
                refuse(400, "invalid_grant");
            } else {
                grant(grant, Optional.of(rotates ? Canaries.fresh("refresh token") : token));
            }
        }

        private void grant(Grant grant, Optional<String> refreshToken) throws IOException {
            String accessToken = Canaries.fresh("access token");
            accessTokens.put(accessToken, grant);
            refreshToken.ifPresent(token -> refreshTokens.put(token, grant));
            note("granted");
            String json = "{\"access_token\": \"" + accessToken + "\", \"token_type\": \"bearer\", \"expires_in\": "
                    + lifetime + ", \"scope\": \"" + grant.scope() + "\""
                    + refreshToken
                            .map(token -> ", \"refresh_token\": \"" + token + "\"")
                            .orElse("")
                    + "}";
            answer(200, "application/json", json.getBytes(UTF_8), Map.of("Cache-Control", "no-store"));
        }

        private void userinfo() throws IOException {
            Grant grant = accessTokens.get(bearer());
            if (grant == null) {
                refuse(401, "invalid_token");
                return;
            }
            note("granted");
            String json = "{\"sub\": \"%1$s\", \"name\": \"%1$s\", \"email\": \"%1$s@example.com\"}"
                    .formatted(grant.subject());
            answer(200, "application/json", json.getBytes(UTF_8), Map.of());
        }

        private void revoke() throws IOException {
            if (!isOurClient()) {
                refuse(401, "invalid_client");
                return;
            }
            String token = form.getOrDefault("token", "");
            refreshTokens.remove(token);
            accessTokens.remove(token);
            note("granted");
            answer(200, "application/json", new byte[0], Map.of());
        }

        private void refuse(int status, String error) throws IOException {
            note(error);
            answer(status, "application/json", ("{\"error\": \"" + error + "\"}").getBytes(UTF_8), Map.of());
        }

        /** Once for each request: what came of it takes the place of what was begun. */
        private void note(String outcome) {
            Call before = noted;
            noted = new Call(endpoint, form, outcome);
            if (before == null) {
                calls.add(noted);
            } else {
                calls.replaceAll(call -> call == before ? noted : call);
            }
        }

        private boolean isOurClient() {
            String basic = "Basic "
                    + Base64.getEncoder()
                            .encodeToString((Uris.encode(clientId) + ":" + Uris.encode(clientSecret)).getBytes(UTF_8));
            return tellsIssuer
                    ? basic.equals(http.getRequestHeaders().getFirst("Authorization"))
                    : clientId.equals(form.get("client_id")) && clientSecret.equals(form.get("client_secret"));
        }

        private String bearer() {
            String header = http.getRequestHeaders().getFirst("Authorization");
            return header == null ? "" : header.replaceFirst("^Bearer ", "");
        }
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        released.countDown();
        server.stop(0);
    }
}
