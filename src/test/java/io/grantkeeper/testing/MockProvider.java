package io.grantkeeper.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import okhttp3.mockwebserver.RecordedRequest;

/**
 * A real authorization server with a login page, rotating refresh tokens, PKCE, discovery, userinfo and revocation, and
 * as many issuers as anybody asks for; also the identity provider of users.
 */
public final class MockProvider implements AutoCloseable {

    /** It tells every request with its query otherwise. */
    private static final Logger REQUESTS = Logger.getLogger("okhttp3.mockwebserver.MockWebServer");

    private static final String USERS = "users";

    private final MockOAuth2Server server;
    private final List<Call> calls = new ArrayList<>();

    private MockProvider(MockOAuth2Server server) {
        this.server = server;
    }

    /** One in which the access tokens of this issuer live this long; others' live for an hour. */
    public static MockProvider start(String shortLived, Duration lifetime) {
        REQUESTS.setLevel(Level.WARNING);
        MockOAuth2Server server =
                new MockOAuth2Server(OAuth2Config.Companion.fromJson("""
                {"interactiveLogin": true, "rotateRefreshToken": true,
                 "tokenCallbacks": [{"issuerId": "%s", "tokenExpiry": %d, "requestMappings": [
                     {"requestParam": "grant_type", "match": "*", "claims": {}}]}]}
                """.formatted(shortLived, lifetime.toSeconds())));
        server.start();
        return new MockProvider(server);
    }

    /** A request that reached it. */
    public record Call(String method, String path, Map<String, String> form) {

        public boolean isRefresh() {
            return "refresh_token".equals(form.get("grant_type"));
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return method + " " + path + " " + form.getOrDefault("grant_type", "");
        }
    }

    public String issuer(String id) {
        return server.issuerUrl(id).toString();
    }

    /** The issuer of {@link #userToken}. */
    public String usersIssuer() {
        return issuer(USERS);
    }

    /** A token with which this user is known to a service with the audience {@code grantkeeper}. */
    public String userToken(String subject, Map<String, Object> claims) {
        return Canaries.add(
                "user's token",
                server.issueToken(USERS, subject, "grantkeeper", claims).serialize());
    }

    /** A token of the same issuer that says nothing but these claims, and for a minute. */
    public String sessionToken(Map<String, Object> claims) {
        return Canaries.add(
                "user's token",
                server.anyToken(server.issuerUrl(USERS), claims, Duration.ofMinutes(1))
                        .serialize());
    }

    /** A token with which this user was known until a while ago. */
    public String expiredToken(String subject, Map<String, Object> claims) {
        return Canaries.add(
                "user's token",
                server.issueToken(USERS, subject, "grantkeeper", claims, -600).serialize());
    }

    /** A token of the same issuer that is meant for somebody else. */
    public String tokenFor(String audience, String subject) {
        return Canaries.add(
                "user's token", server.issueToken(USERS, subject, audience).serialize());
    }

    /** A token that is right but for its issuer. */
    public String tokenOfAnotherIssuer(String subject) {
        return Canaries.add(
                "user's token",
                server.issueToken("strangers", subject, "grantkeeper").serialize());
    }

    /** A provider's entry that leans on this issuer's discovery document. */
    public String entry(String id, String name) {
        return """
                id: %1$s
                name: %2$s
                issuer: %3$s
                scopes: {openid: Sign in, files.read: Read your files, files.write: Write your files}
                default_scopes: [openid, files.read]
                api_base_urls: [%3$s]
                refresh: {rotates: true}
                grants: [authorization_code, client_credentials]
                """.formatted(id, name, issuer(id));
    }

    /** The entry of a provider of which there is one for each connection, each of them an issuer here. */
    String entryOfShops() {
        return """
                id: shops
                name: Shops
                connection_fields: {shop: {label: Shop name, example: books, pattern: '[a-z]+'}}
                issuer: %1$s/{shop}
                authorization_url: %1$s/{shop}/authorize
                token_url: %1$s/{shop}/token
                revocation: {url: '%1$s/{shop}/revoke'}
                scopes: {openid: Sign in, orders.read: Read orders}
                default_scopes: [openid, orders.read]
                api_base_urls: ['%1$s/{shop}/api']
                grants: [authorization_code, client_credentials]
                """.formatted(issuer("x").replaceFirst("/x$", ""));
    }

    /** An entry with nothing but the issuer. */
    String bareEntry() {
        return """
                id: bare
                name: Bare
                issuer: %s
                """.formatted(issuer("bare"));
    }

    /** The entry of a provider that signs its callbacks, with the code under a name of its own. */
    String entryOfSigned() {
        return """
                id: signed
                name: Signed
                authorization_url: %1$s/authorize
                token_url: %1$s/token
                callback: {hmac: hmac, code: authCode}
                """.formatted(issuer("signed"));
    }

    /** Fills the login page in. */
    public Answer signIn(Browser browser, Answer loginPage, String user) {
        if (loginPage.status() != 200 || !loginPage.body().contains("name=\"username\"")) {
            throw new AssertionError("no login page but " + loginPage);
        }
        return browser.submit(
                loginPage.uri(),
                Map.of(
                        "username",
                        user,
                        "claims",
                        "{\"name\": \"%1$s\", \"email\": \"%1$s@example.com\"}".formatted(user)));
    }

    /** From the redirect to the provider over its login page to the service's page at the end. */
    public Answer connect(Browser browser, Answer toProvider, String user) {
        return browser.follow(signIn(browser, browser.follow(toProvider), user));
    }

    /** Every request that reached it so far. */
    public synchronized List<Call> calls() {
        RecordedRequest request = next();
        while (request != null) {
            calls.add(call(request));
            request = next();
        }
        return List.copyOf(calls);
    }

    /** The refreshes at one of its issuers, in order. */
    public List<Call> refreshes(String issuerId) {
        return calls().stream()
                .filter(Call::isRefresh)
                .filter(call -> call.path().startsWith("/" + issuerId + "/"))
                .toList();
    }

    private RecordedRequest next() {
        try {
            return server.takeRequest(0, TimeUnit.MILLISECONDS);
        } catch (RuntimeException none) {
            return null;
        }
    }

    private static Call call(RecordedRequest request) {
        String body = request.getBody().readUtf8();
        Map<String, String> form = "POST".equals(request.getMethod()) ? Uris.form(body) : Map.of();
        for (String secret : List.of("code", "refresh_token", "code_verifier", "client_secret", "token")) {
            if (form.getOrDefault(secret, "").length() >= 16) {
                Canaries.add(secret.equals("code") ? "authorization code" : secret, form.get(secret));
            }
        }
        String path = String.valueOf(request.getPath());
        return new Call(String.valueOf(request.getMethod()), path.split("\\?", 2)[0], form);
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
