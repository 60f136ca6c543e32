package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Dead;
import io.grantkeeper.oauth.Outcome.Granted;
import io.grantkeeper.oauth.Outcome.Misconfigured;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.Outcome.Suspect;
import io.grantkeeper.oauth.Outcome.Transient;
import io.grantkeeper.oauth.Outcome.Uncertain;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.TokenEndpoint.AuthorizationCode;
import io.grantkeeper.secret.Secret;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEndpointTest {

    private static final URI CALLBACK = URI.create("https://keeper.example/api/apps/callback");
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String GRANTED = "{\"access_token\":\"at\"}";

    private static Vertx vertx;
    private static Egress egress;

    private final AtomicLong nanos = new AtomicLong(-5);
    private final TokenEndpoint endpoint = new TokenEndpoint(egress, () -> NOW, nanos::get);
    private RawServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        egress = new Egress(vertx);
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
    void aRefreshIsTheRequestOfTheStandard() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("client_auth: none", Optional.empty());

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(head()).startsWith("POST /token HTTP/1.1\r\n");
        assertThat(header("content-type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(header("accept")).isEqualTo("application/json");
        assertThat(body()).isEqualTo("grant_type=refresh_token&refresh_token=1%2F%2Fr%2Bt&client_id=our+client%3A1");
        assertThat(head()).doesNotContainIgnoringCase("authorization:");
    }

    @Test
    void anExchangeIsTheRequestOfTheStandards() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = endpoint.exchange(
                        counterparty("client_auth: none", Optional.empty()),
                        new AuthorizationCode(
                                Secret.of("c/ode"),
                                Optional.of(Secret.of("ver-ifier")),
                                CALLBACK,
                                List.of(),
                                Secret.of("st/ate")),
                        DEADLINE)
                .await()
                .atMost(DEADLINE);

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body())
                .isEqualTo("grant_type=authorization_code&code=c%2Fode"
                        + "&redirect_uri=https%3A%2F%2Fkeeper.example%2Fapi%2Fapps%2Fcallback"
                        + "&code_verifier=ver-ifier&client_id=our+client%3A1");
    }

    @Test
    void basicCredentialsAreFormEncodedFirst() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("client_auth: basic", Optional.of(Secret.of("s%e:c r+é")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(credentials()).isEqualTo("our+client%3A1:s%25e%3Ac+r%2B%C3%A9");
        assertThat(body()).doesNotContain("client_id").doesNotContain("client_secret");
    }

    @Test
    void basicIsHowClientsProveThemselvesWhereTheEntrySaysNothing() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("", Optional.empty());

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(credentials()).isEqualTo("our+client%3A1:");
    }

    @Test
    void aSecretMayStandInTheForm() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("client_auth: post", Optional.of(Secret.of("s&cret")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body()).endsWith("&client_id=our+client%3A1&client_secret=s%26cret");
        assertThat(head()).doesNotContainIgnoringCase("authorization:");
    }

    @Test
    void headersOfTheEntryAreSent() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh(
                "headers: {token: {Accept: application/vnd.acme+json, X-Acme: one}}", Optional.of(Secret.of("s")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(header("accept")).isEqualTo("application/vnd.acme+json");
        assertThat(header("x-acme")).isEqualTo("one");
        assertThat(credentials()).isEqualTo("our+client%3A1:s");
    }

    @Test
    void scopesAreToldByTheNamesTheyAreAskedWith() {
        // Given
        answer(200, "{\"access_token\":\"at\",\"scope\":\"https://acme.example/read other\"}");

        // When
        TokenSet tokens = granted("scopes: {read: Read}\ngranted_as: {read: 'https://acme.example/read'}");

        // Then
        assertThat(tokens.scopes().orElseThrow()).containsExactly("read", "other");
    }

    @Test
    void A60_F62_theTimeOfTheWayIsTakenFromTheLifetimeByAClockThatOnlyGoesForward() {
        // Given
        server = new RawServer(socket -> {
            nanos.addAndGet(Duration.ofSeconds(7).toNanos());
            RawServer.write(
                    socket,
                    "HTTP/1.1 200 OK\r\nDate: Fri, 01 May 1999 12:00:00 GMT\r\nContent-Length: 41\r\n\r\n"
                            + "{\"access_token\":\"at\", \"expires_in\": 3600}");
        });

        // Then
        assertThat(granted("").expiresIn()).contains(Duration.ofSeconds(3593));
    }

    @Test
    void F60_squareTellsTheEndOfATokenWhichIsCountedFromNow() {
        // Given
        server = new RawServer(socket -> {
            nanos.addAndGet(Duration.ofSeconds(7).toNanos());
            RawServer.write(socket, http(200, "", "{\"access_token\":\"at\",\"expires_at\":\"2026-05-31T12:00:00Z\"}"));
        });

        // Then
        assertThat(granted("token_response: {expires_at: /expires_at}").expiresIn())
                .contains(Duration.ofDays(30));
    }

    @Test
    void F60_aLifetimeThatIsNotToldIsThatOfTheEntry() {
        // Given
        server = new RawServer(socket -> {
            nanos.addAndGet(Duration.ofSeconds(7).toNanos());
            RawServer.write(socket, http(200, "", "{\"access_token\":\"at\",\"expires_in\":0}"));
        });

        // Then
        assertThat(granted("refresh: {access_token_ttl: 3600}").expiresIn()).contains(Duration.ofSeconds(3593));
        assertThat(granted("").expiresIn()).isEmpty();
    }

    @Test
    void F60_aLifetimeThatIsToldOutweighsThatOfTheEntry() {
        // Given
        answer(200, "{\"access_token\":\"at\",\"expires_in\":60}");

        // Then
        assertThat(granted("refresh: {access_token_ttl: 3600}").expiresIn()).contains(Duration.ofMinutes(1));
    }

    @Test
    void F60_aTokenWithoutLifetimeAndRefreshTokenDoesNotEndByTheEntry() {
        // Given
        answer(200, "{\"ok\":true,\"access_token\":\"xoxb-1\",\"token_type\":\"Bearer\"}");

        // Then
        assertThat(exchanged("refresh: {issues_refresh_token: param, access_token_ttl: 43200}")
                        .expiresIn())
                .isEmpty();
        assertThat(exchanged("refresh: {issues_refresh_token: always, access_token_ttl: 43200}")
                        .expiresIn())
                .isEmpty();
    }

    @Test
    void F60_aTokenThatCameWithARefreshTokenEndsByTheEntry() {
        // Given
        answer(200, "{\"access_token\":\"xoxe.xoxb-1\",\"refresh_token\":\"xoxe-1\"}");

        // Then
        assertThat(exchanged("refresh: {issues_refresh_token: param, access_token_ttl: 43200}")
                        .expiresIn())
                .contains(Duration.ofHours(12));
    }

    @Test
    void F60_aTokenOfAProviderWithoutRefreshTokensEndsByTheEntry() {
        // Given
        answer(200, GRANTED);

        // Then
        assertThat(exchanged("refresh: {issues_refresh_token: never, access_token_ttl: 5184000}")
                        .expiresIn())
                .contains(Duration.ofDays(60));
    }

    @Test
    void F60_aRefreshedTokenEndsByTheEntrySinceTheRefreshTokenIsKept() {
        // Given
        answer(200, GRANTED);

        // Then
        assertThat(granted("refresh: {issues_refresh_token: param, access_token_ttl: 43200}")
                        .expiresIn())
                .contains(Duration.ofHours(12));
    }

    @Test
    void F54_anErrorIsItsOutcome() {
        // Given
        answer(200, "error=bad_refresh_token");

        // Then
        assertThat(refresh("", Optional.empty())).isEqualTo(new Dead(Reason.INVALID_GRANT));
    }

    @Test
    void F56_anErrorIsReadAsItsProviderMeansIt() {
        // Given
        answer(400, "{\"error\":\"Access Denied\"}");

        // Then
        assertThat(refresh("token_errors: [{status: 400, error: Access Denied, means: transient}]", Optional.empty()))
                .isEqualTo(new Transient(Optional.empty()));
    }

    @Test
    void F56_aWaitIsHonoured() {
        // Given
        server = RawServer.answering(http(503, "Retry-After: Fri, 01 May 2026 12:00:20 GMT\r\n", ""));

        // Then
        assertThat(refresh("", Optional.empty())).isEqualTo(new Transient(Optional.of(Duration.ofSeconds(20))));
    }

    @Test
    void A97_aRedirectMayBeTheOperatorsMatter() {
        // Given
        server = RawServer.answering(http(307, "Location: https://evil.example/\r\n", ""));

        // Then
        assertThat(refresh("", Optional.empty())).isEqualTo(new Suspect(Suspect.Cause.MAYBE_MISCONFIGURED));
    }

    @Test
    void F52_anAnswerThatWasLostIsUncertain() {
        // Given
        server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"at\"}");

        // Then
        assertThat(refresh("", Optional.empty())).isEqualTo(new Uncertain());
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void F53_anAnswerThatIsTooLongIsUncertain() {
        // Given
        answer(200, "{\"access_token\":\"" + "a".repeat(70_000) + "\"}");

        // Then
        assertThat(refresh("", Optional.empty())).isEqualTo(new Uncertain());
    }

    @Test
    void F48_aRequestThatWasNotSentIsTransient() throws IOException {
        // Given
        Provider provider;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            provider = acme("http://127.0.0.1:" + free.getLocalPort() + "/token", "");
        }

        // When
        Outcome outcome = endpoint.refresh(
                        counterparty(provider, Optional.empty()), Secret.of("rt"), List.of(), DEADLINE)
                .await()
                .atMost(DEADLINE);

        // Then
        assertThat(outcome).isEqualTo(new Transient(Optional.empty()));
    }

    @Test
    void aProviderMayHaveOtherNamesForParameters() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh(
                "client_auth: post\nparam_names: {client_id: client_key, refresh_token: rt}",
                Optional.of(Secret.of("s")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body())
                .isEqualTo("grant_type=refresh_token&rt=1%2F%2Fr%2Bt&client_key=our+client%3A1&client_secret=s");
    }

    @Test
    void aRefreshMayCarryParametersOfTheProvidersOwnAndReplaceTheStandards() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("""
                client_auth: none
                token_params: {of: exchanges}
                refresh_params: {grant_type: renew, scope: '{scopes}', redirect_uri: '{redirect_uri}', sign: '{client_id}-{client_secret}'}
                """, Optional.of(Secret.of("s")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body())
                .isEqualTo("grant_type=renew&refresh_token=1%2F%2Fr%2Bt&client_id=our+client%3A1&scope=a+b+c"
                        + "&redirect_uri=https%3A%2F%2Fkeeper.example%2Fapi%2Fapps%2Fcallback&sign=our+client%3A1-s");
    }

    @Test
    void aProviderThatFailsOverPkceIsSentNoVerifier() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = exchange("client_auth: none\npkce: unsupported\ntoken_params: {kind: web}");

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body())
                .isEqualTo("grant_type=authorization_code&code=c"
                        + "&redirect_uri=https%3A%2F%2Fkeeper.example%2Fapi%2Fapps%2Fcallback"
                        + "&client_id=our+client%3A1&kind=web");
    }

    @Test
    void aTokenRequestMayBeJson() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("client_auth: post\ntoken_body: json", Optional.of(Secret.of("s\"}")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(header("content-type")).isEqualTo("application/json");
        assertThat(body())
                .isEqualTo("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"1//r+t\","
                        + "\"client_id\":\"our client:1\",\"client_secret\":\"s\\\"}\"}");
    }

    @Test
    void refreshesMayHaveAnAddressOfTheirOwn() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("refresh_url: " + server.uri("/token/renew"), Optional.empty());

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(head()).startsWith("POST /token/renew HTTP/1.1\r\n");
    }

    @Test
    void anExchangeGoesToTheTokenUrlAllTheSame() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = exchange("refresh_url: " + server.uri("/token/renew"));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(head()).startsWith("POST /token HTTP/1.1\r\n");
    }

    @Test
    void basicCredentialsMayBeUnencoded() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("client_auth: basic_raw", Optional.of(Secret.of("s%e:c r")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(header("authorization"))
                .isEqualTo("Basic "
                        + Base64.getEncoder().encodeToString("our client:1:s%e:c r".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aHeaderMayHaveOurClientsId() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh("headers: {token: {Client-Id: 'id={client_id}'}}", Optional.empty());

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(header("client-id")).isEqualTo("id=our client:1");
    }

    @Test
    void xiaomiHasTextBeforeItsJson() {
        // Given
        answer(200, "&&&START&&&{\"access_token\":\"at\",\"expires_in\":60}");

        // Then
        assertThat(granted("token_response: {prefix: '&&&START&&&'}").expiresIn())
                .contains(Duration.ofMinutes(1));
        assertThat(refresh("", Optional.empty())).isInstanceOf(Uncertain.class);
    }

    @Test
    void anAnswerWithoutThePrefixIsReadAsItIs() {
        // Given
        answer(400, "{\"error\":\"invalid_grant\"}");

        // Then
        assertThat(refresh("token_response: {prefix: '&&&START&&&'}", Optional.empty()))
                .isInstanceOf(Dead.class);
    }

    @Test
    void dropboxSignWantsTheStateOfTheRequestOnceMore() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = exchange("client_auth: none\ntoken_params: {state: '{state}'}");

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body()).endsWith("&client_id=our+client%3A1&state=st%2Fate");
    }

    @Test
    void wechatIsAskedInTheQuery() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh(
                "token_body: query\nclient_auth: post\nparam_names: {client_id: appid, client_secret: secret}",
                Optional.of(Secret.of("s& +")));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(head())
                .startsWith("GET /token?grant_type=refresh_token&refresh_token=1%2F%2Fr%2Bt"
                        + "&appid=our%20client%3A1&secret=s%26%20%2B HTTP/1.1\r\n");
        assertThat(head()).doesNotContainIgnoringCase("content-type:");
        assertThat(body()).isEmpty();
    }

    private static final String SIGNED =
            "client_auth: post\nclient_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 600}";

    @Test
    void appleIsShownASignedTokenInPlaceOfASecret() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh(SIGNED, Optional.of(TestKeys.pem()));

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(body()).doesNotContain("PRIVATE").contains("&client_secret=eyJ");
        assertThat(TestKeys.hasSigned(body().substring(body().indexOf("client_secret=") + 14)))
                .isTrue();
    }

    @Test
    void withAKeyThatCannotBeReadNothingIsSentAndTheOperatorHasToAct() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = refresh(SIGNED, Optional.of(Secret.of("no key")));

        // Then
        assertThat(outcome).isInstanceOf(Misconfigured.class);
        assertThat(server.requests).isEmpty();
    }

    private static final String INSTAGRAM = """
            client_auth: post
            headers: {token: {X-App: '{client_id}'}}
            identity: {subject: /user_id}
            scopes: {basic: Basic}
            refresh:
              issues_refresh_token: never
              access_token_ttl: 5184000
              upgrade:
                url: %1$s
                params: {grant_type: ig_exchange_token, secret: '{client_secret}', access_token: '{access_token}'}
              renews_itself:
                url: %1$s
                params: {grant_type: ig_refresh_token, access_token: '{access_token}'}
                not_before: 86400
            token_response: {access_token: /data/0/access_token}
            """;

    private String instagram() {
        return INSTAGRAM.formatted(server.uri("/longer?v=2"));
    }

    @Test
    void instagramsTokenIsUpgradedAtOnceAndIsItsOwnRefreshToken() {
        // Given
        Deque<String> answers = new ArrayDeque<>(List.of(
                "{\"data\":[{\"access_token\":\"short+1\"}],\"user_id\":7,\"scope\":\"basic\",\"expires_in\":3600}",
                "{\"access_token\":\"long\",\"expires_in\":5183000}"));
        server = new RawServer(socket -> {
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            RawServer.write(socket, http(200, "", answers.remove()));
        });

        // When
        TokenSet tokens = granted(exchange(instagram(), Optional.of(Secret.of("s&"))));

        // Then
        assertThat(tokens.accessToken().reveal()).isEqualTo("long");
        assertThat(tokens.refreshToken()).contains(tokens.accessToken());
        assertThat(tokens.expiresIn()).contains(Duration.ofSeconds(5182998));
        assertThat(tokens.scopes().orElseThrow()).containsExactly("basic");
        assertThat(tokens.told().at(JsonPointer.compile("/user_id"))).contains("7");
        assertThat(server.requests).hasSize(2);
        assertThat(server.requests.getLast())
                .startsWith(
                        "GET /longer?v=2&grant_type=ig_exchange_token&secret=s%26&access_token=short%2B1 HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nx-app: our client:1\r\n")
                .doesNotContainIgnoringCase("\r\nauthorization:");
    }

    @ParameterizedTest
    @CsvSource({
        "400, '{\"error\":\"invalid_grant\"}', Dead",
        "401, '{\"error\":\"invalid_client\"}', Misconfigured",
        "503, '', Transient",
        "200, '<html>', Uncertain"
    })
    void whatAnUpgradeIsAnsweredIsWhatBecomesOfTheExchange(int status, String body, String meaning) {
        // Given
        Deque<String> answers = new ArrayDeque<>(List.of(http(200, "", GRANTED), http(status, "", body)));
        server = new RawServer(socket -> RawServer.write(socket, answers.remove()));

        // Then
        assertThat(exchange(instagram(), Optional.of(Secret.of("s"))).getClass().getSimpleName())
                .isEqualTo(meaning);
    }

    @Test
    void nothingIsUpgradedWhereTheExchangeIsRefused() {
        // Given
        answer(400, "{\"error\":\"invalid_grant\"}");

        // Then
        assertThat(exchange(instagram(), Optional.of(Secret.of("s")))).isInstanceOf(Dead.class);
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void anUpgradeHasWhatIsLeftOfTheTimeOfTheExchange() {
        // Given
        server = new RawServer(socket -> {
            if (nanos.getAndAdd(DEADLINE.toNanos()) < 0) {
                RawServer.write(socket, http(200, "", GRANTED));
            } else {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        });

        // Then
        assertThat(exchange(instagram(), Optional.of(Secret.of("s"))))
                .isInstanceOfAny(Transient.class, Uncertain.class);
    }

    @Test
    void instagramsTokenIsRenewedByItself() {
        // Given
        answer(200, "{\"access_token\":\"longer\",\"token_type\":\"bearer\"}");

        // When
        TokenSet tokens = granted(refresh(instagram(), Optional.of(Secret.of("s"))));

        // Then
        assertThat(tokens.accessToken().reveal()).isEqualTo("longer");
        assertThat(tokens.refreshToken()).contains(Secret.of("longer"));
        assertThat(tokens.expiresIn()).contains(Duration.ofDays(60));
        assertThat(head())
                .startsWith("GET /longer?v=2&grant_type=ig_refresh_token&access_token=1%2F%2Fr%2Bt HTTP/1.1\r\n");
        assertThat(body()).isEmpty();
    }

    private static final String PERSON = """
            token_response:
              access_token: /authed_user/access_token
              refresh_token: /authed_user/refresh_token
              expires_in: /authed_user/expires_in
              scope: /authed_user/scope
              token_type: /authed_user/token_type
              token_types: [user]
            """;

    @Test
    void slackAnswersWithTheTokensOfTwo() {
        // Given
        answer(
                200,
                "{\"ok\":true,\"access_token\":\"xoxb\",\"token_type\":\"bot\",\"scope\":\"chat\",\"refresh_token\":\"xoxe-1\","
                        + "\"expires_in\":43200,\"id_token\":\"x\",\"authed_user\":{\"id\":\"U1\",\"access_token\":\"xoxp\","
                        + "\"token_type\":\"user\",\"scope\":\"search\"}}");

        // When
        Granted granted = (Granted) exchangeBeside(PERSON);

        // Then
        assertThat(granted.tokens().accessToken().reveal()).isEqualTo("xoxb");
        assertThat(granted.tokens().refreshToken()).contains(Secret.of("xoxe-1"));
        assertThat(granted.besides().orElseThrow())
                .isEqualTo(new TokenSet(
                        Secret.of("xoxp"),
                        "Bearer",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new LinkedHashSet<>(List.of("search"))),
                        Optional.empty()));
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void theTokensOfTheOneAreNeverTakenForThoseOfTheOther() {
        // Given
        answer(
                200,
                "{\"ok\":true,\"access_token\":\"xoxb\",\"token_type\":\"bot\",\"scope\":\"chat\",\"authed_user\":{\"id\":\"U1\"}}");

        // Then
        assertThat(((Granted) exchangeBeside(PERSON)).besides()).isEmpty();
        assertThat(((Granted) exchangeBeside("")).besides()).isEmpty();
    }

    @Test
    void ofARefusalNobodyHasTokens() {
        // Given
        answer(200, "{\"ok\":false,\"error\":\"invalid_code\",\"authed_user\":{\"access_token\":\"xoxp\"}}");

        // Then
        assertThat(exchangeBeside(PERSON)).isInstanceOf(Suspect.class);
    }

    private Outcome exchangeBeside(String companion) {
        Provider other = acme(server.uri("/token").toString(), companion);
        return endpoint.exchange(
                        counterparty("client_auth: none\ntoken_response: {token_types: [bot]}", Optional.empty()),
                        new AuthorizationCode(
                                Secret.of("c"),
                                Optional.empty(),
                                CALLBACK,
                                List.of(),
                                Secret.of("st/ate"),
                                Optional.of(other)),
                        DEADLINE)
                .await()
                .atMost(DEADLINE);
    }

    @Test
    void whatIsAskedInAQueryIsAddedToThatOfTheAddress() {
        // Given
        answer(200, GRANTED);

        // When
        Outcome outcome = endpoint.refresh(
                        counterparty(
                                acme(server.uri("/token") + "?v=2", "token_body: query\nclient_auth: none"),
                                Optional.empty()),
                        Secret.of("rt"),
                        List.of(),
                        DEADLINE)
                .await()
                .atMost(DEADLINE);

        // Then
        assertThat(outcome).isInstanceOf(Granted.class);
        assertThat(head()).startsWith("GET /token?v=2&grant_type=refresh_token&refresh_token=rt&client_id=");
    }

    private Outcome exchange(String more) {
        return exchange(more, Optional.empty());
    }

    private Outcome exchange(String more, Optional<Secret> clientSecret) {
        return endpoint.exchange(
                        counterparty(more, clientSecret),
                        new AuthorizationCode(
                                Secret.of("c"), Optional.empty(), CALLBACK, List.of(), Secret.of("st/ate")),
                        DEADLINE)
                .await()
                .atMost(DEADLINE);
    }

    private void answer(int status, String body) {
        server = RawServer.answering(http(status, "", body));
    }

    private static String http(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " Whatever\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private TokenSet granted(String more) {
        return granted(refresh(more, Optional.empty()));
    }

    private static TokenSet granted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Granted.class);
        return ((Granted) outcome).tokens();
    }

    private TokenSet exchanged(String more) {
        Outcome outcome = exchange(more);
        assertThat(outcome).isInstanceOf(Granted.class);
        return ((Granted) outcome).tokens();
    }

    private Outcome refresh(String more, Optional<Secret> clientSecret) {
        return endpoint.refresh(counterparty(more, clientSecret), Secret.of("1//r+t"), List.of("a", "b c"), DEADLINE)
                .await()
                .atMost(DEADLINE);
    }

    private Counterparty counterparty(String more, Optional<Secret> clientSecret) {
        return counterparty(acme(server.uri("/token").toString(), more), clientSecret);
    }

    private static Counterparty counterparty(Provider provider, Optional<Secret> clientSecret) {
        return new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("our client:1", clientSecret),
                () -> CALLBACK);
    }

    private static Provider acme(String tokenUrl, String more) {
        return TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: %s
                %s
                """.formatted(tokenUrl, more));
    }

    private String head() {
        String request = server.requests.getFirst();
        return request.substring(0, request.indexOf("\r\n\r\n") + 2);
    }

    private String body() {
        String request = server.requests.getFirst();
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    private String header(String name) {
        return head().lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .reduce((one, other) -> "twice: " + one + ", " + other)
                .orElse("");
    }

    private String credentials() {
        assertThat(header("authorization")).startsWith("Basic ");
        return new String(Base64.getDecoder().decode(header("authorization").substring(6)), UTF_8);
    }
}
