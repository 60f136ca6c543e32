package io.grantkeeper.caller;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;

import io.restassured.common.mapper.TypeRef;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** Talks to the service as users, agents and the machine's owner do. */
record Api(int port, RsaJsonWebKey issuersKey, Path home) {

    static final String ISSUER = "https://id.example";
    static final String AGENT = "{\"name\": \"crawler\", \"mode\": \"token\"}";

    String origin() {
        return "http://127.0.0.1:" + port;
    }

    String authority() {
        return "localhost:" + port;
    }

    String ownersSecret() throws IOException {
        return Files.readString(home.resolve("owner.key")).strip();
    }

    String token(String subject, Map<String, Object> more) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("grantkeeper");
        claims.setSubject(subject);
        claims.setExpirationTimeMinutesInTheFuture(5);
        more.forEach(claims::setClaim);
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setAlgorithmHeaderValue("RS256");
        jws.setKeyIdHeaderValue(issuersKey.getKeyId());
        jws.setKey(issuersKey.getPrivateKey());
        return jws.getCompactSerialization();
    }

    RequestSpecification user(String subject, String organisation) throws JoseException {
        return given().header("Authorization", "Bearer " + token(subject, Map.of("org_id", organisation)));
    }

    Signer register(RequestSpecification user) {
        Map<String, String> answer = user.contentType(ContentType.JSON)
                .body(AGENT)
                .post("/api/agents")
                .then()
                .statusCode(201)
                .header("Cache-Control", containsString("no-store"))
                .body("secret", matchesPattern("[0-9a-f]{64}"))
                .extract()
                .as(new TypeRef<>() {});
        return Signer.hmac(answer.get("id"), answer.get("secret"));
    }

    ValidatableResponse signed(Signer signer, String method, String target, byte[] body) {
        return send(method, target, headers(signer, method, target, body), body);
    }

    MultiMap headers(Signer signer, String method, String target, byte[] body) {
        return signer.headers(
                method, authority(), target, Instant.now(), UUID.randomUUID().toString(), body);
    }

    ValidatableResponse send(String method, String target, MultiMap headers, byte[] body) {
        RequestSpecification request = given().urlEncodingEnabled(false);
        headers.remove("Content-Length").forEach((name, value) -> request.header(name, value));
        if (body.length > 0) {
            request.contentType("application/json").body(body);
        }
        return request.request(method, target).then();
    }

    /** Sends these bytes and reads until the server closes. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
