package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.WireServer.Request;
import io.grantkeeper.testing.WireServer.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that does what it is told, request by request, and else what RFC 6749, RFC 7636 and RFC 7009 say.
 *
 * <p>It writes down what really happened. Every secret of it is a canary, and every code and token as long as there are
 * not too many of them to search for.
 */
public final class ScriptedProvider implements AutoCloseable {

    /** More would be searched for longer than the tests run. */
    private static final int MOST_CANARIES = 2_000;

    private final String id;
    private final WireServer server;
    private final String clientId;
    private final String clientSecret = Canaries.fresh("client secret");
    private final boolean tellsIssuer;
    private final Optional<Rotation> declared;
    private final AtomicInteger canaries = new AtomicInteger();

    private final Map<String, String> clients = new ConcurrentHashMap<>();
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, Grant> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, RefreshToken> refreshTokens = new ConcurrentHashMap<>();
    private final ProviderLog log = new ProviderLog();
    private final Map<Endpoint, Queue<Script>> next = new ConcurrentHashMap<>();
    private final Map<Endpoint, Script> always = new ConcurrentHashMap<>();
    private final Collection<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private volatile Rotation rotation;
    private volatile String lifetime;
    private volatile CountDownLatch released;
    private volatile boolean knowsEveryClient;
    private volatile String tokenType;
    private volatile String besides;
    private volatile Optional<String> reachedAt = Optional.empty();
    private volatile String declaredBesides = "";

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

    /** What a user agreed to, and all tokens that came of it. */
    private static final class Grant {

        private final String subject;
        private final String scope;
        private final Collection<String> accessTokens = new ConcurrentLinkedQueue<>();
        private boolean revoked;

        private Grant(String subject, String scope) {
            this.subject = subject;
            this.scope = scope;
        }
    }

    /** One of a grant's refresh tokens. Both fields are the grant's to guard. */
    private static final class RefreshToken {

        private final Grant grant;
        private String successor;
        private long replacedAt;

        private RefreshToken(Grant grant) {
            this.grant = grant;
        }
    }

    private record Code(Grant grant, String redirectUri, String challenge) {}

    /**
     * A request that reached it.
     *
     * @param client the id of the client that proved itself; empty where none did
     * @param outcome {@code granted}, an error's code, or {@code scripted}
     */
    public record Call(Endpoint endpoint, Map<String, String> form, String client, String outcome) {

        public boolean is(String grantType) {
            return grantType.equals(form.get("grant_type"));
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return endpoint + " " + form.getOrDefault("grant_type", "") + " " + outcome;
        }
    }

    private ScriptedProvider(String id, boolean tellsIssuer, Optional<Rotation> declared) {
        this.id = id;
        this.clientId = "grantkeeper-at-" + id;
        this.tellsIssuer = tellsIssuer;
        this.declared = declared;
        try {
            this.server = WireServer.start(this::handle);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        reset();
    }

    /** One whose callbacks carry {@code iss} (RFC 9207), whose client proves itself by a header, and that revokes. */
    public static ScriptedProvider telling(String id) {
        return new ScriptedProvider(id, true, Optional.empty());
    }

    /** The same, whose entry says what it does with refresh tokens. */
    public static ScriptedProvider telling(String id, Rotation declared) {
        return new ScriptedProvider(id, true, Optional.of(declared));
    }

    /** One whose callbacks do not, whose client proves itself in the form, and where no grant can be ended. */
    public static ScriptedProvider plain(String id) {
        return new ScriptedProvider(id, false, Optional.empty());
    }

    /** Its entry in an operator's folder. */
    public String entry() {
        String issuer = tellsIssuer
                ? "issuer: " + url() + "\nauthorization_response_iss_parameter_supported: true\n"
                        + "revocation: {url: '" + url() + "/revoke'}\n"
                : "client_auth: post\n";
        return issuer + declared.map(Rotation::entry).orElse("") + declaredBesides + """
                id: %1$s
                name: The %1$s provider
                authorization_url: %2$s/authorize
                token_url: %2$s/token
                userinfo: {url: '%2$s/userinfo'}
                scopes: {read: Read, write: Write, admin: Administer, openid: Sign in}
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

    /** Where its clients find it. */
    public String url() {
        return reachedAt.orElseGet(() -> "http://127.0.0.1:" + server.port());
    }

    /** Has clients go elsewhere than to its port, to whatever is in between. */
    public ScriptedProvider reachedAt(String url) {
        reachedAt = Optional.of(url);
        return this;
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    public String clientId() {
        return clientId;
    }

    /** Has its entry say this as well, in lines of YAML. */
    public ScriptedProvider declares(String lines) {
        declaredBesides = lines;
        return this;
    }

    /** As it was when it started: no script, rotation, tokens for an hour, nothing written down. */
    public final synchronized void reset() {
        if (released != null) {
            released.countDown();
        }
        released = new CountDownLatch(1);
        next.clear();
        always.clear();
        exchanges.clear();
        log.clear();
        rotation = declared.orElse(Rotation.single());
        lifetime = "3600";
        knowsEveryClient = false;
        clients.clear();
        register(clientId, clientSecret);
        answerBesides("bearer", "");
    }

    /** Has it know another client, or the same by another secret. */
    public void register(String client, String secret) {
        clients.put(client, secret);
    }

    /** What every answer with a token calls it from now on, and what else it has, as fields of JSON. */
    public final void answerBesides(String type, String fields) {
        tokenType = type;
        besides = fields.isEmpty() ? "" : ", " + fields;
    }

    /** Has it keep refresh tokens as they are. */
    public void rotateNothing() {
        rotation = Rotation.none();
    }

    /** Has it do this with refresh tokens, whatever its entry says. */
    public void rotate(Rotation otherwise) {
        rotation = otherwise;
    }

    /** Has it take whatever client comes, as if each were registered. */
    public void knowEveryClient() {
        knowsEveryClient = true;
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
        return exchanges.stream()
                .map(exchange -> exchange.noted)
                .filter(Optional::isPresent)
                .map(Optional::get)
                .filter(call -> call.endpoint() == endpoint)
                .toList();
    }

    /** Every refresh and what came of it, in times and tokens. */
    public ProviderLog log() {
        return log;
    }

    /** What is done once, when next somebody connects; of what it sends nothing is read. */
    public void onNextAccept(Runnable once) {
        server.onNextAccept(once);
    }

    /** As if it were not there. */
    public void refuseConnections() {
        try {
            server.refuse();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public void acceptConnections() {
        try {
            server.acceptAgain();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Has every client connect anew for its next request. */
    public void closeConnections() {
        server.closeConnections();
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
        return newRefreshToken(new Grant(subject, "read write"));
    }

    /** Ends all grants of this user, as one does on a page of the provider. */
    public void forget(String subject) {
        refreshTokens.values().stream()
                .map(token -> token.grant)
                .filter(grant -> grant.subject.equals(subject))
                .forEach(this::end);
    }

    /** Whether there is a grant of this user that could still be used. */
    public boolean knows(String subject) {
        return log.isAlive(subject);
    }

    private String newRefreshToken(Grant grant) {
        String token = fresh("refresh token");
        refreshTokens.put(token, new RefreshToken(grant));
        log.alive(grant.subject, true);
        return token;
    }

    private void end(Grant grant) {
        synchronized (grant) {
            grant.revoked = true;
        }
        boolean another = refreshTokens.values().stream()
                .anyMatch(token -> token.grant.subject.equals(grant.subject) && !token.grant.revoked);
        log.alive(grant.subject, another);
    }

    private String fresh(String kind) {
        if (canaries.incrementAndGet() <= MOST_CANARIES) {
            return Canaries.fresh(kind);
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return "one-of-many-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    /** Where this user, who agrees, is sent back to by an authorization request. */
    public URI agree(URI request, String subject) {
        return agree(request, subject, Uris.parameter(request, "scope").orElse(""));
    }

    /** As {@link #agree(URI, String)}, to these scopes only. */
    public URI agree(URI request, String subject, String scope) {
        Map<String, String> asked = Uris.parameters(request);
        if (!"code".equals(asked.get("response_type"))
                || !clients.containsKey(asked.get("client_id"))
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

    private void handle(Request request, Wire wire) throws IOException, InterruptedException {
        Endpoint endpoint =
                Endpoint.valueOf(request.target().getPath().substring(1).toUpperCase(Locale.ROOT));
        String query = request.target().getRawQuery();
        Map<String, String> form = request.body().length > 0
                ? Uris.form(new String(request.body(), UTF_8))
                : Uris.form(query == null ? "" : query);
        Optional.ofNullable(form.get("code_verifier")).ifPresent(verifier -> Canaries.add("code verifier", verifier));
        Exchange exchange = new Exchange(request, wire, endpoint, form, released);
        exchanges.add(exchange);
        Script script = Optional.ofNullable(next.get(endpoint))
                .map(Queue::poll)
                .or(() -> Optional.ofNullable(always.get(endpoint)))
                .orElse(null);
        try {
            if (script == null) {
                exchange.properly();
            } else {
                exchange.note("scripted");
                script.play(exchange);
            }
            exchange.finish();
        } finally {
            exchange.giveUp();
        }
    }

    /** One request and what is done with it. */
    public final class Exchange {

        private final Request request;
        private final Wire wire;
        private final Endpoint endpoint;
        private final Map<String, String> form;
        private final CountDownLatch over;
        private final Optional<ProviderLog.Attempt> attempt;
        private volatile Optional<Call> noted = Optional.empty();
        private Delivery delivery = Delivery.whole();
        private boolean ended;

        private Exchange(Request request, Wire wire, Endpoint endpoint, Map<String, String> form, CountDownLatch over) {
            this.request = request;
            this.wire = wire;
            this.endpoint = endpoint;
            this.form = form;
            this.over = over;
            this.attempt = "refresh_token".equals(form.get("grant_type"))
                    ? Optional.of(log.begin(form.getOrDefault("refresh_token", "")))
                    : Optional.empty();
            attempt.ifPresent(this::identify);
        }

        private void identify(ProviderLog.Attempt begun) {
            Optional.ofNullable(refreshTokens.get(form.getOrDefault("refresh_token", "")))
                    .ifPresent(token -> begun.of(token.grant.subject, token.successor != null));
        }

        public void answer(int status, String contentType, byte[] body, Map<String, String> headers)
                throws IOException {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("Content-Type", contentType);
            all.put("Content-Length", Integer.toString(body.length));
            all.putAll(headers);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " As it is\r\n");
            all.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            try {
                delivery.send(wire, head.append("\r\n").toString().getBytes(US_ASCII), body, over);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException(stopped);
            }
        }

        /** Ends the connection without a word. */
        public void hangUp() {
            wire.close();
        }

        private void finish() {
            ended = wire.isOpen();
            attempt.ifPresent(each -> each.ended(System.nanoTime(), ended));
        }

        private void giveUp() {
            if (!ended) {
                attempt.ifPresent(each -> each.ended(System.nanoTime(), false));
            }
        }

        void hang() throws IOException {
            wire.await(over);
        }

        /** What the standards say, at once, and only the answer takes its time. */
        public void properlyButSlowly(Duration time) throws IOException {
            properly(Delivery.after(time));
        }

        /** What the standards say, but the answer gets on the wire in its own way. */
        public void properly(Delivery way) throws IOException {
            delivery = way;
            properly();
        }

        /** Something else, and in its own way too. */
        public void answer(int status, String contentType, String body, Delivery way) throws IOException {
            delivery = way;
            answer(status, contentType, body.getBytes(UTF_8), Map.of());
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
            return agree(URI.create(url() + request.target()), "somebody");
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
                grant(code.grant(), Optional.of(newRefreshToken(code.grant())));
            } else {
                refuse(400, "invalid_grant");
            }
        }

        private void refresh() throws IOException {
            String token = form.getOrDefault("refresh_token", "");
            RefreshToken known = refreshTokens.get(token);
            Optional<String> next = known == null ? Optional.empty() : successor(token, known);
            if (next.isEmpty()) {
                refuse(400, "invalid_grant");
            } else {
                grant(known.grant, next);
            }
        }

        /** Empty where the token is refused. */
        private Optional<String> successor(String token, RefreshToken known) {
            synchronized (known.grant) {
                if (known.grant.revoked) {
                    return Optional.empty();
                }
                if (!rotation.replaces()) {
                    return Optional.of(token);
                }
                if (known.successor == null) {
                    known.successor = newRefreshToken(known.grant);
                    known.replacedAt = System.nanoTime();
                    return Optional.of(known.successor);
                }
                if (System.nanoTime() - known.replacedAt < rotation.grace().toNanos()) {
                    return Optional.of(known.successor);
                }
            }
            if (rotation.revokesOnReuse()) {
                end(known.grant);
                attempt.ifPresent(ProviderLog.Attempt::revoked);
            }
            return Optional.empty();
        }

        private void grant(Grant grant, Optional<String> refreshToken) throws IOException {
            String accessToken = fresh("access token");
            long now = System.nanoTime();
            if (rotation.endsAccess()) {
                grant.accessTokens.forEach(before -> log.ended(before, now));
            }
            grant.accessTokens.add(accessToken);
            accessTokens.put(accessToken, grant);
            log.issued(
                    accessToken,
                    grant.subject,
                    now,
                    now + Duration.ofSeconds(Long.parseLong(lifetime)).toNanos());
            attempt.ifPresent(each -> each.granted(accessToken, refreshToken.orElse("")));
            note("granted");
            String json = "{\"access_token\": \"" + accessToken + "\", \"token_type\": \"" + tokenType
                    + "\", \"expires_in\": " + lifetime + ", \"scope\": \"" + grant.scope + "\""
                    + refreshToken
                            .map(token -> ", \"refresh_token\": \"" + token + "\"")
                            .orElse("")
                    + besides + "}";
            answer(200, "application/json", json.getBytes(UTF_8), Map.of("Cache-Control", "no-store"));
        }

        private void userinfo() throws IOException {
            Grant grant = accessTokens.get(bearer());
            if (grant == null) {
                refuse(401, "invalid_token");
                return;
            }
            note("granted");
            String json =
                    "{\"sub\": \"%1$s\", \"name\": \"%1$s\", \"email\": \"%1$s@example.com\"}".formatted(grant.subject);
            answer(200, "application/json", json.getBytes(UTF_8), Map.of());
        }

        private void revoke() throws IOException {
            if (!isOurClient()) {
                refuse(401, "invalid_client");
                return;
            }
            String token = form.getOrDefault("token", "");
            Optional.ofNullable(refreshTokens.get(token)).ifPresent(known -> end(known.grant));
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
            noted = Optional.of(new Call(endpoint, form, client().orElse(""), outcome));
            if (!outcome.equals("granted")) {
                attempt.ifPresent(each -> each.refused(outcome));
            }
        }

        private boolean isOurClient() {
            return knowsEveryClient || client().isPresent();
        }

        /** The registered client that has proven itself. */
        private Optional<String> client() {
            return clients.entrySet().stream()
                    .filter(client -> isProven(client.getKey(), client.getValue()))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        private boolean isProven(String client, String secret) {
            String basic = "Basic "
                    + Base64.getEncoder()
                            .encodeToString((Uris.encode(client) + ":" + Uris.encode(secret)).getBytes(UTF_8));
            return tellsIssuer
                    ? basic.equals(request.header("Authorization").orElse(""))
                    : client.equals(form.get("client_id")) && secret.equals(form.get("client_secret"));
        }

        private String bearer() {
            return request.header("Authorization").orElse("").replaceFirst("^Bearer ", "");
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
        server.close();
    }
}
