package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserinfoTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final String OPENID = "subject: /sub";
    private static final ProviderIdentity NOBODY = new ProviderIdentity("", Optional.empty(), Optional.empty());

    private static Vertx vertx;
    private static Userinfo userinfo;

    private RawServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        userinfo = new Userinfo(new Egress(vertx));
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

    @Test
    void theClaimsOfOpenIdConnectAreRead() {
        // Given
        answer(200, "{\"sub\":\"s-1\",\"name\":\"Ada\",\"email\":\"ada@acme.example\"}");

        // When
        ProviderIdentity identity = asked(OPENID);

        // Then
        assertThat(identity)
                .isEqualTo(new ProviderIdentity("s-1", Optional.of("ada@acme.example"), Optional.of("Ada")));
        assertThat(server.requests.getFirst())
                .startsWith("GET /me HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nauthorization: Bearer at\r\n");
    }

    @Test
    void pointersOfTheEntryAreFollowed() {
        // Given
        answer(200, "{\"data\":{\"user\":{\"id\":42,\"nick\":\"ada\"}},\"team/x\":[{\"id\":\"T1\"}]}");

        // Then
        assertThat(asked("subject: /data/user/id, name: /data/user/nick, account_id: /team~1x/0/id"))
                .isEqualTo(new ProviderIdentity("42", Optional.of("T1"), Optional.of("ada")));
    }

    @ParameterizedTest
    @CsvSource({"583231, 583231", "0, 0", "12345678901234567890123, 12345678901234567890123", "'\"007\"', 007"})
    void aSubjectMayBeANumber(String json, String subject) {
        answer(200, "{\"id\":" + json + "}");

        assertThat(asked("subject: /id").subject()).isEqualTo(subject);
    }

    @Test
    void anAddressStandsInForANameThatIsMissing() {
        answer(200, "{\"sub\":\"1\",\"name\":null,\"email\":\"ada@acme.example\"}");
        assertThat(asked(OPENID).accountName()).contains("ada@acme.example");
    }

    @Test
    void anAddressStandsInForANameThatIsEmpty() {
        answer(200, "{\"sub\":\"1\",\"name\":\" \",\"email\":\"ada@acme.example\"}");
        assertThat(asked(OPENID).accountName()).contains("ada@acme.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sub\":null}",
                "{\"sub\":\"\"}",
                "{\"sub\":\" \"}",
                "{\"sub\":[\"1\"]}",
                "{\"sub\":{\"id\":1}}",
                "{\"id\":1}",
                "[{\"sub\":1}]",
                "\"sub\"",
                "null",
                "",
                "<html>",
                "{\"sub\":\"1\""
            })
    void anAnswerWithoutASubjectIsNobodys(String body) {
        answer(200, body);

        assertFails(OPENID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\\u0000", "1\\n2", "\\u202e1"})
    void A39_aSubjectThatSteersIsNone(String subject) {
        answer(200, "{\"sub\":\"" + subject + "\"}");

        assertFails(OPENID);
    }

    @Test
    void A39_aSubjectThatNoIndexCouldHoldIsNone() {
        answer(200, "{\"sub\":\"" + "s".repeat(10_000) + "\"}");

        assertFails(OPENID);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404, 500})
    void anErrorTellsNothing(int status) {
        answer(status, "{\"sub\":\"1\"}");

        assertFails(OPENID);
    }

    @Test
    void A129_deepNestingTellsNothing() {
        answer(200, "{\"sub\":\"1\",\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");

        assertFails(OPENID);
    }

    @Test
    void anIdTokenTellsWhereThereIsNoEndpoint() {
        // Given
        String idToken = jwt("{\"sub\":\"s-1\",\"name\":\"Ada Ü\",\"email\":\"ada@acme.example\"}");

        // Then
        assertThat(untold(Optional.of(idToken)))
                .isEqualTo(new ProviderIdentity("s-1", Optional.of("ada@acme.example"), Optional.of("Ada Ü")));
    }

    @Test
    void theEndpointOutweighsTheIdToken() {
        // Given
        answer(200, "{\"id\":\"asked\"}");

        // Then
        assertThat(identify(
                                provider("userinfo: {url: " + server.uri("/me") + ", subject: /id}"),
                                Optional.of(jwt("{\"sub\":\"told\"}")))
                        .subject())
                .isEqualTo("asked");
    }

    @Test
    void A35_anEndpointThatTellsAnotherSubjectThanTheIdTokenTellsNobody() {
        // Given
        answer(200, "{\"sub\":\"asked\"}");

        // Then
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> {
                    ProviderIdentity unwanted = identify(
                            provider("userinfo: {url: " + server.uri("/me") + "}"),
                            Optional.of(jwt("{\"sub\":\"told\"}")));
                    throw new AssertionError("told " + unwanted);
                })
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", "a.b.c", "..", "a.!!!.c", "a.bm90IGpzb24.c", "a.b.c.d.e"})
    void anIdTokenThatCannotBeReadTellsNothing(String idToken) {
        assertThat(untold(Optional.of(idToken))).isEqualTo(NOBODY);
    }

    @Test
    void withoutEndpointAndIdTokenNobodyKnows() {
        assertThat(untold(Optional.empty())).isEqualTo(NOBODY);
    }

    private void answer(int status, String body) {
        String bytes = new String(body.getBytes(UTF_8), ISO_8859_1);
        server = RawServer.answering(
                "HTTP/1.1 " + status + " Whatever\r\nContent-Length: " + bytes.length() + "\r\n\r\n" + bytes);
    }

    private ProviderIdentity asked(String pointers) {
        return identify(provider("userinfo: {url: " + server.uri("/me") + ", " + pointers + "}"), Optional.empty());
    }

    private void assertFails(String pointers) {
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> {
                    ProviderIdentity unwanted = asked(pointers);
                    throw new AssertionError("told " + unwanted);
                })
                .withNoCause();
    }

    private static ProviderIdentity untold(Optional<String> idToken) {
        return identify(provider(""), idToken);
    }

    private static ProviderIdentity identify(Provider provider, Optional<String> idToken) {
        Counterparty counterparty = new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.empty()),
                URI.create("https://keeper.example/callback"));
        TokenSet tokens = new TokenSet(
                Secret.of("at"),
                "Bearer",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                idToken.map(Secret::of));
        return userinfo.identify(counterparty, tokens, DEADLINE).await().atMost(DEADLINE);
    }

    private static Provider provider(String more) {
        return TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                %s
                """.formatted(more));
    }

    private static String jwt(String claims) {
        return "h." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)) + ".s";
    }
}
