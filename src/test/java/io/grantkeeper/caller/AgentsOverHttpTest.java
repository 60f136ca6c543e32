package io.grantkeeper.caller;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(CallerTestProfile.class)
class AgentsOverHttpTest {

    private static final byte[] NO_BODY = new byte[0];

    @Inject
    Agents agents;

    @Inject
    Pool pool;

    Api api;

    @Test
    void anAgentIsRegisteredOnceAndSignsItsRequests() throws JoseException {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        // When
        ValidatableResponse answer = api.signed(agent, "GET", "/api/whoami?x=1&y=%20", NO_BODY);
        // Then
        answer.statusCode(200).body(equalTo("org_acme"));
        api.user("user_1", "org_acme")
                .get("/api/agents/" + agent.keyId())
                .then()
                .statusCode(200)
                .body("name", equalTo("crawler"))
                .body("mode", equalTo("token"))
                .body("secret", nullValue())
                .body("createdBy", equalTo("user_1"));
    }

    @Test
    void A4_anAgentRegistersNoAgents() throws JoseException {
        Signer agent = api.register(api.user("user_1", "org_acme"));

        api.signed(agent, "POST", "/api/agents", Api.AGENT.getBytes(UTF_8))
                .statusCode(403)
                .body("error", equalTo("forbidden"));
        api.signed(agent, "DELETE", "/api/agents/" + agent.keyId(), NO_BODY).statusCode(403);
    }

    @Test
    void A73_aRotatedSecretGoesOnWorkingForAWhileAndARemovedOneDoesNot() throws JoseException {
        // Given
        Signer old = api.register(api.user("user_1", "org_acme"));
        api.signed(old, "GET", "/api/whoami", NO_BODY).statusCode(200);
        // When
        String secret = api.user("user_1", "org_acme")
                .post("/api/agents/" + old.keyId() + "/rotate")
                .then()
                .statusCode(200)
                .header("Cache-Control", containsString("no-store"))
                .body("previousSecretUntil", not(nullValue()))
                .extract()
                .path("secret");
        Signer fresh = Signer.hmac(old.keyId(), secret);
        // Then
        api.signed(fresh, "GET", "/api/whoami", NO_BODY).statusCode(200);
        api.signed(old, "GET", "/api/whoami", NO_BODY).statusCode(200);
        // And when
        api.user("user_1", "org_acme")
                .delete("/api/agents/" + old.keyId())
                .then()
                .statusCode(204);
        // Then
        api.signed(fresh, "GET", "/api/whoami", NO_BODY).statusCode(401).body("error", equalTo("unauthenticated"));
        api.user("user_1", "org_acme")
                .delete("/api/agents/" + old.keyId())
                .then()
                .statusCode(404);
    }

    @Test
    void A46_anotherAccountsAgentIsNotThere() throws JoseException {
        // Given
        String id = api.register(api.user("user_1", "org_acme")).keyId();
        // Then
        api.user("user_2", "org_bolt")
                .get("/api/agents/" + id)
                .then()
                .statusCode(404)
                .body("error", equalTo("not_found"));
        api.user("user_2", "org_bolt")
                .post("/api/agents/" + id + "/rotate")
                .then()
                .statusCode(404);
        api.user("user_2", "org_bolt").delete("/api/agents/" + id).then().statusCode(404);
        api.user("user_2", "org_bolt")
                .queryParam("accountId", "org_acme")
                .get("/api/agents")
                .then()
                .statusCode(404);
        api.user("user_2", "org_bolt")
                .get("/api/agents/" + UUID.randomUUID())
                .then()
                .statusCode(404);
        api.user("user_2", "org_bolt").get("/api/agents").then().body("items.id", not(hasItem(id)));
    }

    @Test
    void aListIsReadPageByPage() throws JoseException {
        // Given
        List<String> ids = List.of(
                api.register(api.user("pager", "org_pages")).keyId(),
                api.register(api.user("pager", "org_pages")).keyId(),
                api.register(api.user("pager", "org_pages")).keyId());
        // When
        String cursor = api.user("pager", "org_pages")
                .queryParam("limit", 2)
                .get("/api/agents")
                .then()
                .body("items.id", equalTo(ids.subList(0, 2)))
                .extract()
                .path("nextCursor");
        // Then
        api.user("pager", "org_pages")
                .queryParam("limit", 2)
                .queryParam("cursor", cursor)
                .get("/api/agents")
                .then()
                .body("items.id", equalTo(ids.subList(2, 3)))
                .body("nextCursor", nullValue());
        api.user("pager", "org_pages")
                .queryParam("limit", 201)
                .get("/api/agents")
                .then()
                .statusCode(400);
    }

    @Test
    void anAgentWithItsOwnKeyHasNoSecretHere() throws Exception {
        // Given
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        String id = api.user("user_1", "org_acme")
                .contentType(ContentType.JSON)
                .body(
                        "{\"name\": \"pi\", \"mode\": \"proxy\", \"publicKey\": {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \""
                                + x + "\"}}")
                .post("/api/agents")
                .then()
                .statusCode(201)
                .body("secret", nullValue())
                .body("publicKey.x", equalTo(x))
                .extract()
                .path("id");
        Signer agent = new Signer(id, base -> sign(pair, base));
        // Then
        api.signed(agent, "GET", "/api/whoami", NO_BODY).statusCode(200).body(equalTo("org_acme"));
        api.user("user_1", "org_acme")
                .post("/api/agents/" + id + "/rotate")
                .then()
                .statusCode(400);
    }

    @Test
    void aServiceAccountIsRegisteredByAnOperatorOnce() throws JoseException {
        String body =
                "{\"name\": \"pod\", \"mode\": \"token\", \"kubernetes\": {\"cluster\": \"c1\", \"namespace\": \"team-a\", \"serviceAccount\": \"crawler\"}}";
        RequestSpecification operator =
                given().header("Authorization", "Bearer " + api.token("op", Map.of("roles", List.of("keeper"))));

        api.user("user_1", "org_acme")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/agents")
                .then()
                .statusCode(403);
        operator.contentType(ContentType.JSON)
                .body(body)
                .post("/api/agents")
                .then()
                .statusCode(201)
                .body("secret", nullValue())
                .body("kubernetes.namespace", equalTo("team-a"));
        operator.post("/api/agents").then().statusCode(409).body("error", equalTo("duplicate"));
    }

    @Test
    void aServiceAccountIsRegisteredByAUserWhoseAccountHasItsNamespace() throws JoseException {
        String body =
                "{\"name\": \"pod\", \"mode\": \"token\", \"kubernetes\": {\"cluster\": \"c1\", \"namespace\": \"team-b\", \"serviceAccount\": \"crawler\"}}";

        api.user("user_1", "org_acme")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/agents")
                .then()
                .statusCode(403);
        api.user("user_2", "org_bolt")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/agents")
                .then()
                .statusCode(201);
        api.user("user_2", "org_bolt")
                .contentType(ContentType.JSON)
                .body(body.replace("c1", "c2"))
                .post("/api/agents")
                .then()
                .statusCode(400)
                .body("error_description", equalTo("This is no cluster that the operator configured."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{",
                "{\"name\": \"x\"}",
                "{\"name\": \"\", \"mode\": \"token\"}",
                "{\"name\": \"x\", \"mode\": \"admin\"}",
                "{\"name\": \"x\", \"name\": \"y\", \"mode\": \"token\"}",
                "{\"name\": 7, \"mode\": \"token\"}",
                "{\"name\": \"x\", \"mode\": 0}",
                "{\"name\": \"a\\u0000b\", \"mode\": \"token\"}",
                "{\"name\": \"x\", \"mode\": \"token\"} {}",
                "{\"name\": \"x\", \"mode\": \"token\", \"id\": \"mine\"}",
                "{\"name\": \"x\", \"mode\": \"token\", \"publicKey\": {\"kty\": \"RSA\"}}",
                "{\"name\": \"x\", \"mode\": \"token\", \"publicKey\": {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"A\", \"d\": \"A\"}}",
                "{\"name\": \"x\", \"mode\": \"token\", \"publicKey\": {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AAAA\"}}"
            })
    void A129_aBodyThatIsNoRegistrationIsRefused(String body) throws JoseException {
        api.user("user_1", "org_acme")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/agents")
                .then()
                .statusCode(400);
    }

    @Test
    void whatIsSealedUnderAnOlderKeyIsSealedAnew() throws Throwable {
        // Given
        Signer agent = api.register(api.user("user_1", "org_acme"));
        await(() -> pool.preparedQuery("update agent set key_id = 'retired' where id = $1")
                .execute(Tuple.of(agent.keyId())));
        // When
        Optional<String> first = await(() -> agents.reseal(Set.of("retired"), "", 10));
        Optional<String> second = await(() -> agents.reseal(Set.of("retired"), "", 10));
        // Then
        assertThat(first).contains(agent.keyId());
        assertThat(second).isEmpty();
        api.signed(agent, "GET", "/api/whoami", NO_BODY).statusCode(200);
    }

    @CanIgnoreReturnValue
    private static <T> T await(Supplier<Uni<T>> work) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(work);
    }

    private static byte[] sign(KeyPair pair, byte[] base) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(base);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
