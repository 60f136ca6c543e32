package io.grantkeeper.caller;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.util.Map;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(CallerTestProfile.class)
class UsersOverHttpTest {

    Api api;

    @Test
    void nobodyIsNobody() {
        given().get("/api/whoami").then().statusCode(401).body("error", equalTo("unauthenticated"));
    }

    @Test
    void aUserIsKnownByAToken() throws JoseException {
        api.user("user_1", "org_acme").get("/api/whoami").then().statusCode(200).body(equalTo("org_acme"));
    }

    @Test
    void A1_aWrongTokenEndsTheRequest() {
        given().header("Authorization", "Bearer x").get("/api/whoami").then().statusCode(401);
        given().header("Authorization", "Bearer x")
                .get("/api/whoami/anyone")
                .then()
                .statusCode(200)
                .body(equalTo("nobody"));
    }

    @Test
    void A109_aCookieWorksFromOurOwnPagesOnly() throws JoseException {
        String token = api.token("user_1", Map.of());

        given().cookie("__session", token).get("/api/whoami").then().statusCode(200);
        given().cookie("__session", token)
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/whoami")
                .then()
                .statusCode(403);
        given().cookie("__session", token)
                .header("Origin", "https://evil.example")
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/whoami")
                .then()
                .statusCode(403);
        given().cookie("__session", token)
                .header("Origin", "null")
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/whoami")
                .then()
                .statusCode(403);
        given().cookie("__session", token)
                .header("Origin", api.origin())
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/whoami")
                .then()
                .statusCode(200);
    }
}
