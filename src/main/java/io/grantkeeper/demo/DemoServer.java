package io.grantkeeper.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.openid.connect.sdk.AuthenticationErrorResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.http.MockWebServerWrapper;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequestHandler;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponseKt;
import no.nav.security.mock.oauth2.http.OAuth2HttpServer;
import no.nav.security.mock.oauth2.http.Route;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import no.nav.security.mock.oauth2.token.OAuth2TokenCallback;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server on loopback: mock-oauth2-server, behind a page where a person signs in and agrees.
 *
 * <p>It believes every client, every client secret and every redirect URI. Grants are kept in memory: after a restart
 * their refresh tokens are answered {@code invalid_grant}, which is what a revoked grant looks like.
 */
final class DemoServer implements AutoCloseable {

    private static final long ACCESS_TOKEN_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OAuth2HttpServer http = new MockWebServerWrapper();
    private final Route standard = new OAuth2HttpRequestHandler(config(http)).getAuthorizationServer();
    private final SignInPage page;

    private DemoServer(Map<String, String> scopeLabels) {
        page = new SignInPage(scopeLabels);
    }

    /**
     * Starts it.
     *
     * @param scopeLabels words for the scopes that may be asked for
     * @throws IOException when the port is taken
     */
    static DemoServer start(int port, Map<String, String> scopeLabels) throws IOException {
        DemoServer server = new DemoServer(scopeLabels);
        server.listen(port);
        return server;
    }

    @Override
    public void close() {
        http.stop();
    }

    private static OAuth2Config config(OAuth2HttpServer http) {
        OAuth2TokenCallback tokens = new DefaultOAuth2TokenCallback(
                "demo", "nobody", "JWT", List.of("demo"), Map.of(), ACCESS_TOKEN_SECONDS);
        return new OAuth2Config(true, null, null, true, new OAuth2TokenProvider(), Set.of(tokens), http);
    }

    private void listen(int port) throws IOException {
        Route routes = new Route.Builder()
                .get(new String[] {"/authorize"}, this::ask)
                .post("/authorize", this::decide)
                .post("/token", this::tokens)
                .post("/revoke", this::oneAtATime)
                .attach(standard)
                .exceptionHandler((request, failure) -> OAuth2HttpResponseKt.oauth2Error(OAuth2Error.INVALID_REQUEST))
                .build();
        http.start(InetAddress.getLoopbackAddress(), port, routes);
    }

    private OAuth2HttpResponse ask(OAuth2HttpRequest request) {
        return page.show(request.asAuthenticationRequest());
    }

    private OAuth2HttpResponse decide(OAuth2HttpRequest request) {
        AuthenticationRequest asked = request.asAuthenticationRequest();
        OAuth2HttpRequest.Parameters form = request.getFormParameters();
        if (!"allow".equals(form.get("decision"))) {
            return denied(asked);
        }
        String signIn = Person.named(form.get("name")).signIn(asked.getScope());
        return standard.invoke(
                request.copy(request.getHeaders(), request.getMethod(), request.getOriginalUrl(), signIn));
    }

    private static OAuth2HttpResponse denied(AuthenticationRequest asked) {
        var answer = new AuthenticationErrorResponse(
                asked.getRedirectionURI(), OAuth2Error.ACCESS_DENIED, asked.getState(), ResponseMode.QUERY);
        return OAuth2HttpResponseKt.redirect(answer.toURI().toString(), Headers.of());
    }

    private OAuth2HttpResponse tokens(OAuth2HttpRequest request) {
        Map<String, String> form = request.getFormParameters().getMap();
        if ("authorization_code".equals(form.get("grant_type")) && !form.containsKey("code_verifier")) {
            // A verifier that is sent is checked; one that is left out would not be missed.
            return OAuth2HttpResponseKt.oauth2Error(OAuth2Error.INVALID_GRANT);
        }
        OAuth2HttpResponse answer = oneAtATime(request);
        return answer.getStatus() == 200 ? OAuth2HttpResponseKt.json(withScope(answer.getBody())) : answer;
    }

    /** A refresh looks a token up and then replaces it: two at once would both get a new one for it. */
    private synchronized OAuth2HttpResponse oneAtATime(OAuth2HttpRequest request) {
        return standard.invoke(request);
    }

    /** Says which scopes were granted, which the access token knows since the sign-in. */
    private static String withScope(@Nullable String body) {
        try {
            ObjectNode answer = (ObjectNode) JSON.readTree(body);
            String token = answer.path("access_token").textValue();
            Optional.ofNullable(SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("scope"))
                    .ifPresent(scope -> answer.put("scope", scope));
            return answer.toString();
        } catch (JsonProcessingException | ParseException impossible) {
            throw new IllegalStateException("the server's own answer cannot be read", impossible);
        }
    }
}
