package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.provider.Revocation.Style;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.secret.Secret;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationEndpointTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static Vertx vertx;
    private static RevocationEndpoint endpoint;

    private RawServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        endpoint = new RevocationEndpoint(new Egress(vertx), new ClientSecrets(InstantSource.system()));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"REFRESH_TOKEN, refresh_token", "ACCESS_TOKEN, access_token"})
    void aRevocationIsTheRequestOfTheStandard(TokenKind kind, String hint) {
        // Given
        answer(200, "");

        // When
        boolean done = revoke(Style.RFC7009, "/revoke", kind, DEADLINE);

        // Then
        assertThat(done).isTrue();
        assertThat(request()).startsWith("POST /revoke HTTP/1.1\r\n");
        assertThat(request()).containsIgnoringCase("\r\ncontent-type: application/x-www-form-urlencoded\r\n");
        assertThat(request()).containsIgnoringCase("\r\nauthorization: " + basic("cid:s"));
        assertThat(request()).endsWith("\r\n\r\ntoken=t%2Fk&token_type_hint=" + hint);
    }

    @Test
    void githubWantsADelete() {
        // Given
        answer(204, "");

        // When
        boolean done = revoke(Style.GITHUB, "/applications/{client_id}/grant", TokenKind.ACCESS_TOKEN, DEADLINE);

        // Then
        assertThat(done).isTrue();
        assertThat(request()).startsWith("DELETE /applications/cid/grant HTTP/1.1\r\n");
        assertThat(request()).containsIgnoringCase("\r\nauthorization: " + basic("cid:s"));
        assertThat(request()).containsIgnoringCase("\r\nuser-agent: Grantkeeper\r\n");
        assertThat(request()).endsWith("\r\n\r\n{\"access_token\":\"t/k\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "400, '{\"error\":\"invalid_token\"}'",
        "400, '{\"error\":\"invalid_grant\"}'",
        "401, '{\"error\":\"token_revoked\"}'",
        "400, 'error=invalid_token'"
    })
    void aTokenThatTheProviderKnowsNoMoreIsRevoked(int status, String body) {
        answer(status, body);

        assertThat(revoke(Style.RFC7009, "/revoke", TokenKind.REFRESH_TOKEN, DEADLINE))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "503, ''",
        "503, '{\"error\":\"invalid_token\"}'",
        "500, '{\"error\":\"token_revoked\"}'",
        "429, '{\"error\":\"invalid_token\"}'",
        "408, '{\"error\":\"invalid_token\"}'",
        "400, ''",
        "400, '{\"error\":\"unsupported_token_type\"}'",
        "401, '{\"error\":\"invalid_client\"}'",
        "403, '<html>'",
        "302, ''",
        "404, ''",
        "404, '<html>'",
        "422, ''"
    })
    void anyOtherAnswerLeavesTheGrantToBeEnded(int status, String body) {
        answer(status, body);

        assertThat(revoke(Style.RFC7009, "/revoke", TokenKind.REFRESH_TOKEN, DEADLINE))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404, 422})
    void githubAnswersATokenItDoesNotKnowWithAStatus(int status) {
        answer(status, "");

        assertThat(revoke(Style.GITHUB, "/x", TokenKind.ACCESS_TOKEN, DEADLINE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void githubMayRefuseToo(int status) {
        answer(status, "{\"message\":\"Bad credentials\"}");

        assertThat(revoke(Style.GITHUB, "/x", TokenKind.ACCESS_TOKEN, DEADLINE)).isFalse();
    }

    @Test
    void slackWantsTheTokenAsItsOwnCredential() {
        // Given
        answer(200, "{\"ok\":true,\"revoked\":true}");

        // When
        boolean done = revoke("style: bearer");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .startsWith("POST /revoke HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nauthorization: Bearer t/k\r\n")
                .doesNotContainIgnoringCase("content-type")
                .endsWith("\r\n\r\n");
    }

    @Test
    void facebookWantsADeleteWithTheToken() {
        // Given
        answer(200, "{\"success\":true}");

        // When
        boolean done = revoke("style: bearer, method: DELETE, body: none");

        // Then
        assertThat(done).isTrue();
        assertThat(request()).startsWith("DELETE /revoke HTTP/1.1\r\n");
    }

    @Test
    void aBearerIsCarriedAsTheProvidersApiWantsIt() {
        // Given
        answer(204, "");

        // When
        boolean done = revoke("style: bearer, method: GET", "access_token_in: {header: X-Token}");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .startsWith("GET /revoke HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nx-token: t/k\r\n")
                .doesNotContainIgnoringCase("authorization");
    }

    @ParameterizedTest
    @CsvSource({"token_revoked, 200", "account_inactive, 200"})
    void aBearerThatTheProviderKnowsNoMoreIsRevoked(String error, int status) {
        answer(status, "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(revoke("style: bearer")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "200, '{\"ok\":false,\"error\":\"fatal_error\"}'",
        "200, '{\"ok\":false,\"error\":\"token_expired\"}'",
        "200, '{\"ok\":false}'",
        "401, ''",
        "401, '{\"error\":\"invalid_token\"}'",
        "503, '{\"ok\":false,\"error\":\"token_revoked\"}'"
    })
    void F54_aRefusalOfABearerLeavesTheGrantToBeEnded(int status, String body) {
        answer(status, body);

        assertThat(revoke("style: bearer")).isFalse();
    }

    @Test
    void F54_a200WithAnErrorIsNoRevocation() {
        answer(200, "{\"error\":\"invalid_client\"}");

        assertThat(revoke("style: rfc7009")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"status\":\"success\"}", "{\"ok\":true}", "true", "OK"})
    void a200WithoutAnErrorIsARevocation(String body) {
        answer(200, body);

        assertThat(revoke("style: rfc7009")).isTrue();
    }

    @Test
    void notionWantsJsonWithBasicCredentials() {
        // Given
        answer(200, "{}");

        // When
        boolean done = revoke("body: json, params: {token: '{token}'}, client_auth: basic", "client_auth: post");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
                .containsIgnoringCase("\r\nauthorization: " + basic("cid:s"))
                .endsWith("\r\n\r\n{\"token\":\"t/k\"}");
    }

    @Test
    void miroNamesAllOfItInCamelCase() {
        // Given
        answer(204, "");

        // When
        boolean done = revoke("body: json, client_auth: none, params:"
                + " {accessToken: '{token}', clientId: '{client_id}', clientSecret: '{client_secret}'}");

        // Then
        assertThat(done).isTrue();
        assertThat(request()).contains("\"accessToken\":\"t/k\",\"clientId\":\"cid\",\"clientSecret\":\"s\"");
    }

    @Test
    void naverEndsAGrantWhereItGivesTokens() {
        // Given
        answer(200, "{\"access_token\":\"t/k\",\"result\":\"success\"}");

        // When
        boolean done = revoke(
                "client_auth: post, params: {grant_type: delete, access_token: '{token}', service_provider: NAVER}");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .endsWith("\r\n\r\nclient_id=cid&client_secret=s&grant_type=delete&access_token=t%2Fk"
                        + "&service_provider=NAVER");
    }

    @Test
    void mollieWantsADeleteWithTheForm() {
        // Given
        answer(204, "");

        // When
        boolean done = revoke("method: DELETE");

        // Then
        assertThat(done).isTrue();
        assertThat(request()).startsWith("DELETE /revoke HTTP/1.1\r\n");
        assertThat(request()).endsWith("\r\n\r\ntoken=t%2Fk&token_type_hint=access_token");
    }

    @Test
    void tiktoksNamesOfParametersHoldForTheStandardsForm() {
        // Given
        answer(200, "");

        // When
        boolean done = revoke("style: rfc7009", "client_auth: post\nparam_names: {client_id: client_key}");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .endsWith("\r\n\r\ntoken=t%2Fk&token_type_hint=access_token&client_key=cid&client_secret=s");
    }

    @Test
    void aTokenThatLooksLikeAPlaceholderIsSentAsItIs() {
        // Given
        answer(200, "");

        // When
        boolean done = endpoint.revoke(
                        counterparty("params: {t: '{token}'}, client_auth: none", ""),
                        revocation("params: {t: '{token}'}, client_auth: none", ""),
                        Secret.of("{client_secret}"),
                        TokenKind.ACCESS_TOKEN,
                        DEADLINE)
                .await()
                .atMost(DEADLINE);

        // Then
        assertThat(done).isTrue();
        assertThat(request()).endsWith("t=%7Bclient_secret%7D");
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void F64_aRevocationThatHangsIsNotDoneAndNoFailure(Style style) {
        server = new RawServer(socket -> {
            while (socket.getInputStream().read() != -1) {}
        });

        assertThat(revoke(style, "/revoke", TokenKind.ACCESS_TOKEN, Duration.ofMillis(200)))
                .isFalse();
    }

    @Test
    void kindsAreReadAsTheyAreWritten() {
        assertThat(Arrays.stream(TokenKind.values()).map(kind -> TokenKind.of(kind.wireName())))
                .containsExactly(TokenKind.values());
    }

    @Test
    void aBearerMayBeInTheQuery() {
        // Given
        answer(200, "{}");

        // When
        boolean done = revoke("style: bearer, method: GET", "access_token_in: {query: access_token}");

        // Then
        assertThat(done).isTrue();
        assertThat(request())
                .startsWith("GET /revoke?access_token=t%2Fk HTTP/1.1\r\n")
                .doesNotContainIgnoringCase("\r\nauthorization:");
    }

    @Test
    void aRevocationIsProvenByASignedTokenToo() {
        // Given
        answer(200, "");
        String signed = "client_auth: post\nclient_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 600}";

        // When
        Counterparty counterparty = counterparty("style: rfc7009", signed);
        boolean done = endpoint.revoke(
                        counterparty.as(new ClientRegistration("cid", Optional.of(TestKeys.pem()))),
                        counterparty.endpoints().revocation().orElseThrow(),
                        Secret.of("t/k"),
                        TokenKind.ACCESS_TOKEN,
                        DEADLINE)
                .await()
                .atMost(DEADLINE);

        // Then
        assertThat(done).isTrue();
        assertThat(TestKeys.hasSigned(request().substring(request().indexOf("client_secret=") + 14)))
                .isTrue();
    }

    private void answer(int status, String body) {
        server = RawServer.answering("HTTP/1.1 " + status + " Whatever\r\n"
                + (status == 204 ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body);
    }

    private boolean revoke(Style style, String path, TokenKind kind, Duration deadline) {
        Provider provider = TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                """);
        Counterparty counterparty = new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.of(Secret.of("s"))),
                () -> URI.create("https://keeper.example/callback"));
        String url = "http://127.0.0.1:" + server.port() + path;
        return endpoint.revoke(counterparty, new Revocation(style, url), Secret.of("t/k"), kind, deadline)
                .await()
                .atMost(DEADLINE);
    }

    private boolean revoke(String keys) {
        return revoke(keys, "");
    }

    /** As an entry says, with the access token. */
    private boolean revoke(String keys, String more) {
        return endpoint.revoke(
                        counterparty(keys, more),
                        revocation(keys, more),
                        Secret.of("t/k"),
                        TokenKind.ACCESS_TOKEN,
                        DEADLINE)
                .await()
                .atMost(DEADLINE);
    }

    private Revocation revocation(String keys, String more) {
        return counterparty(keys, more).endpoints().revocation().orElseThrow();
    }

    private Counterparty counterparty(String keys, String more) {
        Provider provider = TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                revocation: {url: %s, %s}
                %s
                """.formatted(server.uri("/revoke"), keys, more));
        return new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.of(Secret.of("s"))),
                () -> URI.create("https://keeper.example/callback"));
    }

    private String request() {
        return server.requests.getFirst();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)) + "\r\n";
    }
}
