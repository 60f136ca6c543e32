package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.grantkeeper.oauth.Outcome;
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
    private static Introductions introductions;

    private RawServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        introductions = new Introductions(new Userinfo(new Egress(vertx)), TestProviders.discovery());
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
    void foursquareHasTheTokenInTheQuery() {
        // Given
        answer(200, "{\"id\":7}");
        Provider foursquare = provider("access_token_in: {query: oauth_token}\nuserinfo: {url: '" + server.uri("/me")
                + "?v=20240101', subject: /id}");

        // When
        ProviderIdentity identity = identify(
                foursquare,
                new TokenSet(
                        Secret.of("a t+&"),
                        "Bearer",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));

        // Then
        assertThat(identity.subject()).isEqualTo("7");
        assertThat(server.requests.getFirst())
                .startsWith("GET /me?v=20240101&oauth_token=a%20t%2B%26 HTTP/1.1\r\n")
                .doesNotContainIgnoringCase("\r\nauthorization:");
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

    @Test
    void A35_anEndpointThatIsAskedForANameSpeaksOfTheSubjectOfTheIdToken() {
        // Given
        answer(200, "{\"sub\":\"asked\",\"name\":\"Eve\"}");

        // Then
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> {
                    ProviderIdentity unwanted = identify(
                            provider(
                                    "userinfo: {url: " + server.uri("/me") + "}\nidentity: {subject: 'id_token:/sub'}"),
                            Optional.of(jwt("{\"sub\":\"told\"}")));
                    throw new AssertionError("told " + unwanted);
                })
                .withNoCause();
    }

    @Test
    void appleTellsWhoTheUserIsInTheIdTokenOnly() {
        // Given
        String idToken = jwt("{\"iss\":\"https://appleid.apple.com\",\"sub\":\"001234.abc.0123\","
                + "\"email\":\"ada@privaterelay.appleid.com\"}");

        // Then
        assertThat(told(
                        "identity: {subject: 'id_token:/sub', email: 'id_token:/email', name: 'id_token:/email'}",
                        "\"id_token\":\"" + idToken + "\""))
                .isEqualTo(new ProviderIdentity(
                        "001234.abc.0123",
                        Optional.of("ada@privaterelay.appleid.com"),
                        Optional.of("ada@privaterelay.appleid.com")));
    }

    @Test
    void eveOnlineTellsItInTheAccessToken() {
        // Given
        String accessToken = jwt("{\"sub\":\"CHARACTER:EVE:123123\",\"name\":\"Some Bloke\"}");

        // When
        ProviderIdentity identity = identify(
                provider("identity: {subject: 'access_token:/sub', name: 'access_token:/name'}"),
                "{\"access_token\":\"" + accessToken + "\"}");

        // Then
        assertThat(identity)
                .isEqualTo(new ProviderIdentity("CHARACTER:EVE:123123", Optional.empty(), Optional.of("Some Bloke")));
    }

    @Test
    void salesforceTellsItInTheTokenAnswer() {
        assertThat(told(
                                "identity: {subject: /id}",
                                "\"id\":\"https://login.salesforce.com/id/00Dx/005x\",\"instance_url\":\"https://x.my.salesforce.com\"")
                        .subject())
                .isEqualTo("https://login.salesforce.com/id/00Dx/005x");
    }

    @Test
    void theEndpointIsNotAskedWhereNoPlaceIsInItsAnswer() {
        // Given
        answer(200, "{\"sub\":\"asked\"}");

        // When
        ProviderIdentity identity = told(
                "userinfo: {url: " + server.uri("/me") + "}\n"
                        + "identity: {subject: /owner/user/id, name: /workspace_name, email: /owner/user/email}",
                "\"workspace_name\":\"Acme\",\"owner\":{\"user\":{\"id\":\"u-1\"}}");

        // Then
        assertThat(identity).isEqualTo(new ProviderIdentity("u-1", Optional.empty(), Optional.of("Acme")));
        assertThat(server.requests).isEmpty();
    }

    @Test
    void whatTheTokenAnswerTellsOutweighsTheEndpointKeyByKey() {
        // Given
        answer(200, "{\"id\":\"asked\",\"nick\":\"Ada\"}");

        // When
        ProviderIdentity identity = told(
                "userinfo: {url: " + server.uri("/me") + ", subject: /id, name: /nick}\nidentity: {subject: /uid}",
                "\"uid\":\"told\"");

        // Then
        assertThat(identity).isEqualTo(new ProviderIdentity("told", Optional.empty(), Optional.of("Ada")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/id", "id_token:/sub", "access_token:/sub"})
    void aSubjectThatIsPromisedAndNotToldIsNobodys(String place) {
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> {
                    ProviderIdentity unwanted = told("identity: {subject: '" + place + "'}", "\"x\":1");
                    throw new AssertionError("told " + unwanted);
                })
                .withNoCause();
    }

    @Test
    void linearIsAskedByGraphQl() {
        // Given
        answer(200, "{\"data\":{\"viewer\":{\"id\":\"u-1\",\"name\":\"Ada\",\"email\":\"ada@acme.example\"}}}");

        // When
        ProviderIdentity identity = asked("method: POST, body: '{\"query\":\"{ viewer { id name email } }\"}',"
                + " subject: /data/viewer/id, name: /data/viewer/name, email: /data/viewer/email");

        // Then
        assertThat(identity.subject()).isEqualTo("u-1");
        assertThat(server.requests.getFirst())
                .startsWith("POST /me HTTP/1.1\r\n")
                .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
                .containsIgnoringCase("\r\nauthorization: Bearer at\r\n")
                .endsWith("\r\n\r\n{\"query\":\"{ viewer { id name email } }\"}");
    }

    @Test
    void dropboxIsAskedByAPostOfNothing() {
        // Given
        answer(200, "{\"account_id\":\"dbid:1\"}");

        // When
        ProviderIdentity identity = asked("method: POST, subject: /account_id");

        // Then
        assertThat(identity.subject()).isEqualTo("dbid:1");
        assertThat(server.requests.getFirst())
                .startsWith("POST /me HTTP/1.1\r\n")
                .doesNotContainIgnoringCase("content-type")
                .endsWith("\r\n\r\n");
    }

    @Test
    void twitchWantsTheClientsIdInAHeader() {
        // Given
        answer(200, "{\"data\":[{\"id\":\"1\"}]}");

        // When
        ProviderIdentity identity =
                asked("subject: /data/0/id, headers: {Client-Id: '{client_id}', accept: application/vnd.acme+json}");

        // Then
        assertThat(identity.subject()).isEqualTo("1");
        assertThat(server.requests.getFirst())
                .containsIgnoringCase("\r\nclient-id: cid\r\n")
                .containsIgnoringCase("\r\naccept: application/vnd.acme+json\r\n")
                .doesNotContain("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "'{header: X-Shopify-Access-Token}', 'x-shopify-access-token: at'",
        "'{scheme: OAuth}', 'authorization: OAuth at'",
        "'{header: authorization}', 'authorization: Bearer at'",
        "'{header: X-Token, scheme: Bot}', 'x-token: Bot at'"
    })
    void aTokenIsCarriedAsTheProviderWantsIt(String carriage, String header) {
        // Given
        answer(200, "{\"sub\":\"1\"}");

        // When
        ProviderIdentity identity = identify(
                provider("userinfo: {url: " + server.uri("/me") + "}\naccess_token_in: " + carriage), Optional.empty());

        // Then
        assertThat(identity.subject()).isEqualTo("1");
        assertThat(server.requests.getFirst()).containsIgnoringCase("\r\n" + header + "\r\n");
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

    /** By a token answer that has this besides the access token, with nothing listening but what the test has started. */
    private static ProviderIdentity told(String more, String besides) {
        return identify(provider(more), "{\"access_token\":\"at\"," + besides + "}");
    }

    private static ProviderIdentity identify(Provider provider, String tokenAnswer) {
        Outcome outcome = provider.dialect().outcome(200, tokenAnswer, Optional.empty());
        assertThat(outcome).isInstanceOf(Outcome.Granted.class);
        return identify(provider, ((Outcome.Granted) outcome).tokens());
    }

    private static ProviderIdentity identify(Provider provider, Optional<String> idToken) {
        return identify(
                provider,
                new TokenSet(
                        Secret.of("at"),
                        "Bearer",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        idToken.map(Secret::of)));
    }

    private static ProviderIdentity identify(Provider provider, TokenSet tokens) {
        Counterparty counterparty = new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.empty()),
                () -> URI.create("https://keeper.example/callback"));
        return introductions
                .introduce(counterparty, tokens, ConnectionFields.NONE, MissingNode.getInstance(), DEADLINE)
                .map(Introduction::identity)
                .await()
                .atMost(DEADLINE);
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
