package io.grantkeeper.caller;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(CallerTestProfile.class)
class LocalOwnerOverHttpTest {

    private static final byte[] NO_BODY = new byte[0];

    Api api;

    @Test
    void theOwnersKeySignsAsOneUserAndOneAgent() throws IOException {
        Signer owner = Signer.hmac("local", api.ownersSecret());

        api.signed(owner, "GET", "/api/whoami", NO_BODY).statusCode(200).body(equalTo("local"));
        api.signed(owner, "GET", "/api/agents", NO_BODY).statusCode(200);
    }

    @Test
    void A61_anotherKeyIsNotTheOwners() {
        api.signed(Signer.hmac("local", "00".repeat(32)), "GET", "/api/whoami", NO_BODY)
                .statusCode(401)
                .body("error", equalTo("unauthenticated"));
    }

    @Test
    void aLinkSignsABrowserInOnce() throws IOException {
        // Given
        String code = code();
        // When
        String session = signIn(code, api.origin())
                .statusCode(204)
                .header("Set-Cookie", containsString("HttpOnly"))
                .header("Set-Cookie", containsString("SameSite=Lax"))
                .header("Set-Cookie", containsString("Path=/"))
                .header("Set-Cookie", containsString("Max-Age=43200"))
                .header("Set-Cookie", not(containsString("Secure")))
                .extract()
                .cookie("grantkeeper_session");
        // Then
        browser(session).get("/api/whoami").then().statusCode(200).body(equalTo("local"));
        signIn(code, api.origin()).statusCode(401);
    }

    @Test
    void aLinkIsRedeemedByOurOwnPageOnly() throws IOException {
        // Given
        String code = code();
        // Then
        signIn(code, "https://evil.example").statusCode(403);
        signIn(code, "null").statusCode(403);
        signIn(code, "http://" + api.authority()).statusCode(403);
        signIn(code, api.origin()).statusCode(204);
    }

    @Test
    void whatIsNoCodeSignsNobodyIn() {
        signIn("", api.origin()).statusCode(401);
        signIn("A".repeat(43), api.origin()).statusCode(401);
        given().contentType(ContentType.JSON)
                .header("Origin", api.origin())
                .post("/api/local/sign-in")
                .then()
                .statusCode(401);
    }

    @Test
    void A109_aSessionChangesSomethingFromOurOwnPagesOnly() throws IOException {
        String session = session();

        browser(session).delete("/api/agents/0196").then().statusCode(403).body("error", equalTo("forbidden"));
        browser(session)
                .header("Origin", "https://evil.example")
                .delete("/api/agents/0196")
                .then()
                .statusCode(403);
        browser(session)
                .header("Origin", api.origin())
                .delete("/api/agents/0196")
                .then()
                .statusCode(404);
    }

    @Test
    void aNameThatIsNotOursHasNoSession() throws IOException {
        browser(session())
                .header("Host", "evil.example:" + api.port())
                .get("/api/whoami")
                .then()
                .statusCode(401);
    }

    @Test
    void aSessionCannotBeMadeUpOrMakeAnother() throws IOException {
        // Given
        String session = session();
        String forged = (Instant.now().getEpochSecond() + 100_000) + session.substring(session.indexOf('.'));
        // Then
        browser(forged).get("/api/whoami").then().statusCode(401);
        browser(session)
                .header("Origin", api.origin())
                .post("/api/local/link")
                .then()
                .statusCode(403);
    }

    private String code() throws IOException {
        String url = api.signed(Signer.hmac("local", api.ownersSecret()), "POST", "/api/local/link", NO_BODY)
                .statusCode(201)
                .header("Cache-Control", containsString("no-store"))
                .body("url", matchesPattern(api.origin() + "/#sign-in=[\\w-]{43}"))
                .extract()
                .path("url");
        return url.substring(url.indexOf('=') + 1);
    }

    private String session() throws IOException {
        return signIn(code(), api.origin()).statusCode(204).extract().cookie("grantkeeper_session");
    }

    private static ValidatableResponse signIn(String code, String origin) {
        return given().contentType(ContentType.JSON)
                .body("{\"code\": \"" + code + "\"}")
                .header("Origin", origin)
                .post("/api/local/sign-in")
                .then();
    }

    private static RequestSpecification browser(String session) {
        return given().cookie("grantkeeper_session", session);
    }
}
