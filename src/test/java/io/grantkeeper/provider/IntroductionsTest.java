package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider tells of a new connection, from the callback to the list of accounts. */
class IntroductionsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Vertx vertx;
    private static Introductions introductions;

    private final List<RawServer> servers = new ArrayList<>();

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
        for (RawServer server : servers) {
            server.close();
        }
    }

    @Test
    void twoAccountsOfOneUserAreTwoConnectionsAndNoneBecomesTheOther() {
        // Given
        int first = answering("[{\"id\":\"a\"},{\"id\":\"b\"}]");
        int second = answering("[{\"id\":\"a\"},{\"id\":\"b\"}]");

        // When
        Introduction one = introduce(tenants(first, "headers: {}"), "{\"id\":\"u1\"}", ConnectionFields.NONE, "{}");
        Introduction other = introduce(
                tenants(second, "headers: {}"), "{\"id\":\"u1\"}", ConnectionFieldsTest.fields("tenant", "b"), "{}");

        // Then
        assertThat(one.identity().subject()).isEqualTo(other.identity().subject());
        assertThat(one.counterparty().issuer(one.fields())).isEqualTo(" tenant=a");
        assertThat(other.counterparty().issuer(other.fields())).isEqualTo(" tenant=b");
    }

    @Test
    void theCallbackTellsACompany() {
        // Given
        Provider books = provider("""
                connection_fields: {realm_id: {label: Company, example: '1', pattern: '[0-9]+', from: 'callback:/realmId'}}
                identity: {subject: /id, account_id: field:/realm_id}
                api_base_urls: ['https://api.acme.example/{realm_id}']
                """);

        // When
        Introduction introduction =
                introduce(books, "{\"id\":\"u1\"}", ConnectionFields.NONE, "{\"realmId\":\"4711\"}");

        // Then
        assertThat(introduction.fields().find("realm_id")).contains("4711");
        assertThat(introduction.identity().accountId()).contains("4711");
        assertThat(introduction.counterparty().issuer(introduction.fields())).isEqualTo(" realm_id=4711");
        assertThat(books.apiBaseUrls(introduction.fields())).containsExactly("https://api.acme.example/4711");
    }

    @Test
    void theCallbackTellsANameInAPartThatIsJson() {
        // Given
        Provider apple = provider("identity: {subject: /id, name: 'callback:/user/name/firstName'}");

        // When
        Introduction introduction = introduce(
                apple, "{\"id\":\"u1\"}", ConnectionFields.NONE, "{\"user\":{\"name\":{\"firstName\":\"Ada\"}}}");

        // Then
        assertThat(introduction.identity().accountName()).contains("Ada");
    }

    @Test
    void theTokenAnswerTellsTheHostOfTheApi() {
        // Given
        Provider crm = provider("""
                connection_fields:
                  instance: {label: Host, example: a.acme.example, kind: host, suffixes: [acme.example], from: /instance_url}
                identity: {subject: /id}
                api_base_urls: ['https://{instance}']
                """);

        // When
        Introduction introduction = introduce(
                crm, "{\"id\":\"u1\",\"instance_url\":\"https://eu7.acme.example/\"}", ConnectionFields.NONE, "{}");

        // Then
        assertThat(crm.apiBaseUrls(introduction.fields())).containsExactly("https://eu7.acme.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://eu7.acme.example",
                "https://127.0.0.1",
                "https://eu7.acme.example:8443",
                "https://acme.example@evil.example",
                "https://169.254.169.254/acme.example"
            })
    void A98_noHostIsBelievedThatIsNotTheVendorsWhereverItIsTold(String told) {
        // Given
        String rule = "label: Host, example: a.acme.example, kind: host, suffixes: [acme.example]";

        // Then
        for (String from : List.of("/host", "callback:/host")) {
            Provider acme = provider("""
                    connection_fields: {host: {%s, from: '%s'}}
                    identity: {subject: /id}
                    api_base_urls: ['https://{host}']
                    """.formatted(rule, from));
            String host = "{\"id\":\"u1\",\"host\":\"" + told + "\"}";
            assertThatExceptionOfType(EgressFailure.class)
                    .isThrownBy(() -> introduce(
                            acme, from.startsWith("c") ? "{\"id\":\"u1\"}" : host, ConnectionFields.NONE, host))
                    .withMessageContaining("host");
        }
    }

    @Test
    void A98_userinfoAndAccountsChooseNoHostEither() {
        // Given
        int port = answering("{\"sub\":\"u1\",\"api\":\"https://evil.example\"}");
        Provider acme = provider("""
                connection_fields:
                  host: {label: Host, example: a.acme.example, kind: host, suffixes: [acme.example], from: 'userinfo:/api'}
                userinfo: {url: 'http://127.0.0.1:%d/me'}
                api_base_urls: ['https://{host}']
                """.formatted(port));
        int list = answering("[{\"id\":\"t1\",\"api\":\"https://evil.example\"}]");
        Provider listed = provider("""
                connection_fields:
                  host: {label: Host, example: a.acme.example, kind: host, suffixes: [acme.example], from: 'accounts:/api'}
                identity: {subject: accounts:/id}
                accounts: {url: 'http://127.0.0.1:%d/list'}
                api_base_urls: ['https://{host}']
                """.formatted(list));

        // Then
        for (Provider each : List.of(acme, listed)) {
            assertThatExceptionOfType(EgressFailure.class)
                    .isThrownBy(() -> introduce(each, "{}", ConnectionFields.NONE, "{}"));
        }
    }

    @Test
    void theListOfAccountsTellsTheTenantOfThisConsent() throws Exception {
        // Given
        RawServer server = server("""
                [{"id":"a","kind":"PRACTICE","sid":"s2"},{"id":"b","kind":"ORG","sid":"s1"},{"id":"c","kind":"ORG","sid":"s2","name":"C"}]""");
        Provider xero = tenants(server.port(), "where: {/kind: ORG}, prefer: {/sid: 'callback:/session'}");

        // When
        Introduction introduction = introduce(xero, "{\"id\":\"u1\"}", ConnectionFields.NONE, "{\"session\":\"s2\"}");

        // Then
        assertThat(introduction.identity()).isEqualTo(new ProviderIdentity("u1", Optional.of("c"), Optional.of("C")));
        assertThat(server.requests.getFirst())
                .startsWith("GET /list HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nauthorization: Bearer at\r\n");
    }

    @Test
    void whereNoneIsOfThisConsentTheFirstThatFitsIsTaken() {
        // Given
        int port = answering(
                "[{\"id\":\"a\",\"kind\":\"PRACTICE\"},{\"id\":\"b\",\"kind\":\"ORG\"},{\"id\":\"c\",\"kind\":\"ORG\"}]");
        Provider xero = tenants(port, "where: {/kind: ORG}, prefer: {/sid: 'access_token:/sid'}");

        // Then
        assertThat(introduce(xero, "{\"id\":\"u1\"}", ConnectionFields.NONE, "{}")
                        .fields()
                        .find("tenant"))
                .contains("b");
    }

    @Test
    void whoNamedOneIsGivenThatOrNone() {
        // Given
        int port = answering("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        int again = answering("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        ConnectionFields second = ConnectionFieldsTest.fields("tenant", "b");
        ConnectionFields foreign = ConnectionFieldsTest.fields("tenant", "z");

        // Then
        assertThat(introduce(tenants(port, "list: /data"), "{\"id\":\"u1\"}", second, "{}")
                        .fields())
                .isEqualTo(second);
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> introduce(tenants(again, "list: /data"), "{\"id\":\"u1\"}", foreign, "{}"));
    }

    @Test
    void whatAnAddressNeedsMustBeToldAndWhatOnlyAHeaderNeedsMayBeMissing() {
        // Given
        String rule = "connection_fields: {site: {label: Site, example: s, pattern: '[a-z]+', from: /site}}\n";
        Provider header = provider(rule + "identity: {subject: /id}\nheaders: {api: {X-Site: '{site}'}}\n");
        Provider address =
                provider(rule + "identity: {subject: /id}\napi_base_urls: ['https://{site}.acme.example']\n");

        // Then
        assertThat(introduce(header, "{\"id\":\"u1\",\"site\":null}", ConnectionFields.NONE, "{}")
                        .fields()
                        .values())
                .isEmpty();
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> introduce(address, "{\"id\":\"u1\"}", ConnectionFields.NONE, "{}"))
                .withMessage("the provider did not tell site");
    }

    @Test
    void theSameSubjectAtAnotherHostOfTheOperatorsIsAnotherUser() {
        // Given
        Provider declared = TestProviders.of("""
                id: acme
                name: Acme
                client_fields: {host: {label: Host, example: a.acme.example, kind: host}}
                authorization_url: https://{host}/authorize
                token_url: https://{host}/token
                identity: {subject: /id}
                """);
        Provider one = declared.operated(field -> Optional.of("one.acme.example"));
        Provider other = declared.operated(field -> Optional.of("other.acme.example"));

        // Then
        assertThat(introduce(one, "{\"id\":\"1\"}", ConnectionFields.NONE, "{}")
                        .counterparty()
                        .issuer(ConnectionFields.NONE))
                .isEqualTo("https://one.acme.example");
        assertThat(introduce(other, "{\"id\":\"1\"}", ConnectionFields.NONE, "{}")
                        .counterparty()
                        .issuer(ConnectionFields.NONE))
                .isEqualTo("https://other.acme.example");
    }

    @Test
    void theSameSubjectAtTwoShopsIsTwoUsers() {
        // Given
        Provider shop = TestProviders.of("""
                id: acme
                name: Acme
                connection_fields: {shop: {label: Shop, example: books, pattern: '[a-z]+'}}
                authorization_url: https://{shop}.acme.example/authorize
                token_url: https://{shop}.acme.example/token
                identity: {subject: /id}
                """);

        // When
        String books = issuer(shop, "books");
        String toys = issuer(shop, "toys");

        // Then
        assertThat(List.of(books, toys))
                .containsExactly("https://books.acme.example shop=books", "https://toys.acme.example shop=toys");
        assertThat(introduce(provider("identity: {subject: /id}"), "{\"id\":\"1\"}", ConnectionFields.NONE, "{}")
                        .counterparty()
                        .issuer(ConnectionFields.NONE))
                .isEmpty();
    }

    private static String issuer(Provider provider, String shop) {
        Introduction introduction =
                introduce(provider, "{\"id\":\"1\"}", ConnectionFieldsTest.fields("shop", shop), "{}");
        return introduction.counterparty().issuer(introduction.fields());
    }

    private static Provider tenants(int port, String keys) {
        return provider("""
                connection_fields: {tenant: {label: Tenant, example: a, pattern: '[a-z]', from: 'accounts:/id'}}
                identity: {subject: /id, account_id: field:/tenant, name: accounts:/name}
                accounts: {url: 'http://127.0.0.1:%d/list', %s}
                headers: {api: {X-Tenant: '{tenant}'}}
                """.formatted(port, keys));
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

    private static Introduction introduce(Provider provider, String answer, ConnectionFields given, String callback) {
        Outcome outcome = provider.dialect()
                .outcome(
                        200,
                        answer.replaceFirst(
                                "\\{", answer.equals("{}") ? "{\"access_token\":\"at\"" : "{\"access_token\":\"at\","),
                        Optional.empty());
        TokenSet tokens = ((Outcome.Granted) outcome).tokens();
        Provider begun = provider.at(given);
        Counterparty counterparty = new Counterparty(
                begun,
                begun.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.of(Secret.of("s"))),
                () -> URI.create("https://keeper.example/callback"));
        return introductions
                .introduce(counterparty, tokens, given, read(callback), DEADLINE)
                .await()
                .atMost(DEADLINE);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private int answering(String body) {
        return server(body).port();
    }

    private RawServer server(String body) {
        RawServer server =
                RawServer.answering("HTTP/1.1 200 Fine\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        servers.add(server);
        return server;
    }
}
