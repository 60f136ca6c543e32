package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.grantkeeper.secret.Digests;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Map;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(CallerTestProfile.class)
class SignedRequestsOverHttpTest {

    private static final byte[] NO_BODY = new byte[0];

    Api api;

    @Test
    void A67_theResourceReadsTheBodyThatWasSigned() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        byte[] body = "{\"a\": [1, 2]}".getBytes(UTF_8);
        // Then
        api.signed(agent, "POST", "/api/whoami", body).statusCode(200).body("body.a", hasItem(2));
        api.signed(agent, "POST", "/api/whoami/stream", body).statusCode(200).body(equalTo("13"));
    }

    @Test
    void A67_anotherBodyIsRefusedBeforeTheResourceRuns() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        MultiMap headers = api.headers(agent, "POST", "/api/whoami", "{\"a\": 1}".getBytes(UTF_8));
        // When
        ValidatableResponse answer = api.send("POST", "/api/whoami", headers, "{\"a\": 2}".getBytes(UTF_8));
        // Then
        answer.statusCode(401).body("error", equalTo("unauthenticated"));
    }

    @Test
    void A68_whereThereIsNoBodyNoneIsCovered() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        byte[] empty = Digests.sha256(NO_BODY);
        // When
        MultiMap headers = agent.headersWithDigest("GET", api.authority(), "/api/whoami", Instant.now(), "n", empty);
        // Then
        api.send("GET", "/api/whoami", headers, NO_BODY).statusCode(401);
    }

    @Test
    void aSignedBodyHasALimit() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        String most = "{\"a\": \"" + "x".repeat(1024 * 1024 - 9) + "\"}";
        // Then
        api.signed(agent, "POST", "/api/whoami", most.getBytes(UTF_8)).statusCode(200);
        api.signed(agent, "POST", "/api/whoami", (most + " ").getBytes(UTF_8)).statusCode(413);
    }

    @Test
    void A62_A63_aRequestIsTakenOnce() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        MultiMap read = api.headers(agent, "GET", "/api/whoami", NO_BODY);
        MultiMap write = api.headers(agent, "POST", "/api/whoami", "{}".getBytes(UTF_8));
        // When
        api.send("GET", "/api/whoami", read, NO_BODY).statusCode(200);
        api.send("POST", "/api/whoami", write, "{}".getBytes(UTF_8)).statusCode(200);
        // Then
        api.send("GET", "/api/whoami", read, NO_BODY).statusCode(401).body("error", equalTo("replayed"));
        api.send("POST", "/api/whoami", write, "{}".getBytes(UTF_8))
                .statusCode(401)
                .body("error", equalTo("replayed"));
    }

    @Test
    void A50_twoCredentialsAreTooMany() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        MultiMap headers = api.headers(agent, "GET", "/api/whoami", NO_BODY);
        // When
        headers.add("Authorization", "Bearer " + api.token("user_1", Map.of()));
        // Then
        api.send("GET", "/api/whoami", headers, NO_BODY).statusCode(400).body("error", equalTo("multiple_credentials"));
    }

    @Test
    void aClientThatWaitsForLeaveGetsIt() throws Exception {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        byte[] body = "{\"a\": 1}".getBytes(UTF_8);
        StringBuilder request = new StringBuilder("POST /api/whoami HTTP/1.1\r\nHost: " + api.authority()
                + "\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n");
        api.headers(agent, "POST", "/api/whoami", body)
                .forEach((name, value) ->
                        request.append(name).append(": ").append(value).append("\r\n"));
        // When
        String answer =
                api.raw(request.append("\r\n").append(new String(body, UTF_8)).toString());
        // Then
        assertThat(answer).startsWith("HTTP/1.1 100 ").contains("HTTP/1.1 200 ");
    }
}
