package io.grantkeeper.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.oauth.Pkce;
import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** A client of the demo provider, and the browser of whoever uses it. */
final class DemoClient {

    static final String REDIRECT_URI = "http://127.0.0.1:8080/api/apps/callback/demo";
    static final String STATE = "a-state-of-43_characters";

    private static final String VERIFIER = "a-verifier-that-is-as-long-as-one-has-to-be";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI metadata;

    DemoClient(String issuer) {
        metadata = URI.create(issuer + "/.well-known/openid-configuration");
    }

    /** The page that an authorization request leads to. */
    HttpResponse<String> page(String scope) {
        return send(HttpRequest.newBuilder(authorizationRequest(scope)));
    }

    /** What the page's form is answered. */
    HttpResponse<String> decide(String scope, String name, String decision) {
        return post(authorizationRequest(scope), Map.of("name", name, "decision", decision));
    }

    /** The code that an allowed request comes back with. */
    String code(String scope, String name) {
        String location =
                decide(scope, name, "allow").headers().firstValue("location").orElseThrow();
        return location.replaceFirst(".*[?&]code=", "").replaceFirst("&.*", "");
    }

    JsonNode tokens(String scope, String name) {
        return exchange(code(scope, name));
    }

    JsonNode exchange(String code) {
        return exchange(code, VERIFIER);
    }

    JsonNode exchange(String code, String verifier) {
        return token(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "redirect_uri", REDIRECT_URI,
                "code_verifier", verifier));
    }

    JsonNode exchangeWithoutVerifier(String code) {
        return token(Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", REDIRECT_URI));
    }

    JsonNode refresh(JsonNode tokens) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", text(tokens, "refresh_token")));
    }

    JsonNode userinfo(JsonNode tokens) {
        return json(send(HttpRequest.newBuilder(endpoint("userinfo_endpoint"))
                .header("Authorization", "Bearer " + text(tokens, "access_token"))));
    }

    int revoke(JsonNode tokens) {
        Map<String, String> form = Map.of("token", text(tokens, "refresh_token"), "token_type_hint", "refresh_token");
        return post(endpoint("revocation_endpoint"), form).statusCode();
    }

    private JsonNode token(Map<String, String> form) {
        return json(post(endpoint("token_endpoint"), form));
    }

    private URI authorizationRequest(String scope) {
        return URI.create(endpoint("authorization_endpoint")
                + "?"
                + form(Map.of(
                        "response_type",
                        "code",
                        "client_id",
                        "demo",
                        "redirect_uri",
                        REDIRECT_URI,
                        "scope",
                        scope,
                        "state",
                        STATE,
                        "code_challenge",
                        Pkce.codeChallenge(Secret.of(VERIFIER)),
                        "code_challenge_method",
                        Pkce.METHOD)));
    }

    private URI endpoint(String name) {
        return URI.create(text(json(send(HttpRequest.newBuilder(metadata))), name));
    }

    private HttpResponse<String> post(URI uri, Map<String, String> form) {
        String client = Base64.getEncoder().encodeToString("demo:demo".getBytes(US_ASCII));
        return send(HttpRequest.newBuilder(uri)
                .header("Authorization", "Basic " + client)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(form))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .join();
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String text(JsonNode answer, String name) {
        return answer.required(name).textValue();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException unreadable) {
            throw new AssertionError("no JSON: " + answer.body(), unreadable);
        }
    }
}
