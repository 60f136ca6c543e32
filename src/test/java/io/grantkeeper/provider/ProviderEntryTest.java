package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.grantkeeper.oauth.AnswerPlaces;
import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.Meaning;
import io.grantkeeper.oauth.OutcomeRule;
import io.grantkeeper.oauth.OutcomeTable;
import io.grantkeeper.provider.Place.Source;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderEntryTest {

    private static final String SMALLEST = """
            id: acme
            name: Acme
            issuer: https://login.acme.example        # or authorization_url, token_url, …
            scopes: {openid: Sign in, files.read: Read your files}
            default_scopes: [openid]
            api_base_urls: [https://api.acme.example]
            env_var: ACME_ACCESS_TOKEN
            refresh: {rotates: true, reuse_grace_seconds: 60}   # where the provider forgives a reused refresh token for a while
            """;

    @Test
    void theSmallestUsefulEntryIsRead() {
        // When
        Provider acme = TestProviders.read(SMALLEST, false);

        // Then
        assertThat(acme.id()).isEqualTo("acme");
        assertThat(acme.custom()).isTrue();
        assertThat(acme.allowPrivate()).isFalse();
        assertThat(acme.endpoints().complete()).isEmpty();
        assertThat(acme.tokenEndpointOrigin()).isEqualTo("https://login.acme.example");
        assertThat(acme.api().baseUrls()).containsExactly(URI.create("https://api.acme.example"));
        assertThat(acme.refresh().repeatableAfter(Duration.ofSeconds(59))).isTrue();
        assertThat(acme.refresh().repeatableAfter(Duration.ofSeconds(60))).isFalse();
    }

    @Test
    void whatIsNotSaidIsWhatTheStandardsSay() {
        // When
        Provider acme = TestProviders.read(SMALLEST, false);

        // Then
        assertThat(acme.description()).isEqualTo("Acme");
        assertThat(acme.requests().clientAuthentication()).isEqualTo(ClientAuthentication.BASIC);
        assertThat(acme.scopes().picker()).isTrue();
        assertThat(acme.scopes().separator()).isEqualTo(" ");
        assertThat(acme.identity()).isEqualTo(Identity.OPENID_CONNECT);
        assertThat(acme.grants()).containsExactly(Grant.AUTHORIZATION_CODE);
        assertThat(acme.endpoints().revocation()).isEmpty();
        assertThat(acme.refresh().issued()).isTrue();
        assertThat(acme.refresh().idleLimit()).isEmpty();
        assertThat(acme.refresh().invalidatesAccess()).isFalse();
        assertThat(acme.dialect()).isEqualTo(Dialect.STANDARD);
        assertThat(acme.userinfo()).isEqualTo(UserinfoRequest.STANDARD);
        assertThat(acme.api().token()).isEqualTo(AccessTokenIn.STANDARD);
    }

    @Test
    void whatIsNotSaidToAnAgentIsACurlLine() {
        // When
        Presentation presentation = TestProviders.of("""
                        id: my-crm
                        name: My CRM
                        issuer: https://crm.example
                        api_base_urls: [https://crm.example/api]
                        refresh: {access_token_ttl: 7200}
                        """).presentation();

        // Then
        assertThat(presentation.envVar()).isEqualTo("MY_CRM_ACCESS_TOKEN");
        assertThat(presentation.accountEnvVar()).isEmpty();
        assertThat(presentation.tool().name()).isEqualTo("curl");
        assertThat(presentation.skill()).isEmpty();
        assertThat(presentation.exampleCommand())
                .isEqualTo("curl -H \"Authorization: Bearer $MY_CRM_ACCESS_TOKEN\" https://crm.example/api");
        assertThat(presentation.tokenLifetime()).isEqualTo("about 2 hours");
    }

    @Test
    void theCurlLineCarriesTheTokenAsTheProviderWantsIt() {
        // When
        Presentation presentation = TestProviders.of("""
                        id: shop
                        name: Shop
                        issuer: https://shop.example
                        access_token_in: {header: X-Shop-Token}
                        """).presentation();

        // Then
        assertThat(presentation.exampleCommand()).isEqualTo("curl -H \"X-Shop-Token: $SHOP_ACCESS_TOKEN\" URL");
    }

    @Test
    void theCurlLineHasTheTokenInTheQueryWhereTheProviderWantsItThere() {
        // When
        Presentation presentation = TestProviders.of("""
                        id: shop
                        name: Shop
                        issuer: https://shop.example
                        access_token_in: {query: oauth_token}
                        headers: {api: {X-Version: '2'}}
                        api_base_urls: [https://api.shop.example/v2]
                        """).presentation();

        // Then
        assertThat(presentation.exampleCommand())
                .isEqualTo(
                        "curl -H \"X-Version: 2\" " + "\"https://api.shop.example/v2?oauth_token=$SHOP_ACCESS_TOKEN\"");
    }

    @Test
    void aRotationThatIsOnlyHintedAtIsAssumed() {
        assertThat(refresh("refresh: {rotates: false}").rotates()).isFalse();
        assertThat(refresh("refresh: {rotates: false}\nhints: [refresh/rotates]")
                        .rotates())
                .isTrue();
        assertThat(refresh("refresh: {rotates: false}\nhints: [name]").rotates())
                .isFalse();
    }

    private static Refresh refresh(String more) {
        return TestProviders.of("id: acme\nname: Acme\nissuer: https://acme.example\n" + more)
                .refresh();
    }

    @Test
    void everyKeyIsUnderstood() {
        // When
        Provider acme = TestProviders.read("""
                id: acme
                name: Acme
                description: Files and messages
                category: storage
                docs_url: https://acme.example/docs
                note: from the vendor's page
                issuer: https://login.acme.example
                authorization_url: https://login.acme.example/authorize?tenant=eu
                token_url: https://login.acme.example/token
                authorization_response_iss_parameter_supported: true
                revocation: {url: https://login.acme.example/revoke, style: rfc7009, method: DELETE, token: refresh_token, params: {t: '{token}'}, body: json, client_auth: basic_raw, note: the refresh token only}
                userinfo: {url: https://api.acme.example/me, subject: /data/id, name: /data/name, email: /mails/0, account_id: /data/org, method: POST, body: '{}', headers: {X-App: '{client_id}'}}
                identity: {name: 'id_token:/name', email: /mail, account_id: 'access_token:/org'}
                access_token_in: {header: X-Token, scheme: Acme}
                confidence: verified
                hints: [refresh/rotates]
                client_auth: post
                authorization_params: {prompt: consent}
                headers: {token: {Accept: application/json, User-Agent: grantkeeper}}
                scopes: {files: Files, offline: Stay connected}
                required_scopes: [offline]
                default_scopes: [files]
                scope_picker: true
                scope_separator: ','
                granted_as: {files: files.all}
                services: {acme_files: [files]}
                refresh: {issues_refresh_token: offline_scope, rotates: false, reuse_grace_seconds: 0, access_token_ttl: 5184000, refresh_token_ttl: 864000, grant_ttl: 31536000, testing_ttl: 604800, invalidates_access: true}
                token_response: {access_token: /d/a, refresh_token: /d/r, expires_in: /d/i, expires_at: /d/t, refresh_token_expires_in: /d/ri, refresh_token_expires_at: /d/rt, scope: /d/s, token_type: /d/y, error: /fault/code, token_types: [acme], nonce: false, id_token_issuer: 'https://acme.example/{tenant}'}
                token_errors: [{status: 403, error: E7, description: refresh token, means: dead}, {status: 400, means: transient}]
                grants: [authorization_code, client_credentials]
                api_base_urls: [https://api.acme.example, https://files.acme.example]
                env_var: ACME_TOKEN
                account_env_var: ACME_ACCOUNT
                tool: {name: acme, install: brew install acme, check: command -v acme}
                skill: {install: npx skills add acme/acme}
                example: acme ls
                """, false);

        // Then
        assertThat(acme.category()).contains("storage");
        assertThat(acme.endpoints().complete())
                .contains(new Endpoints(
                        URI.create("https://login.acme.example/authorize?tenant=eu"),
                        URI.create("https://login.acme.example/token"),
                        Optional.empty(),
                        Optional.of(new Revocation(
                                Revocation.Style.RFC7009,
                                "https://login.acme.example/revoke",
                                HttpMethod.DELETE,
                                Optional.of(TokenKind.REFRESH_TOKEN),
                                Map.of("t", "{token}"),
                                Requests.Format.JSON,
                                Optional.of(ClientAuthentication.BASIC_RAW))),
                        Optional.of(URI.create("https://api.acme.example/me")),
                        Optional.of("https://login.acme.example"),
                        true));
        assertThat(acme.requests().clientAuthentication()).isEqualTo(ClientAuthentication.POST);
        assertThat(acme.requests().authorizationParameters()).containsEntry("prompt", "consent");
        assertThat(acme.requests().tokenHeaders()).containsEntry("User-Agent", "grantkeeper");
        assertThat(acme.identity())
                .isEqualTo(new Identity(
                        new Place(Source.USERINFO, JsonPointer.compile("/data/id")),
                        Optional.of(new Place(Source.ID_TOKEN, JsonPointer.compile("/name"))),
                        Optional.of(new Place(Source.ANSWER, JsonPointer.compile("/mail"))),
                        Optional.of(new Place(Source.ACCESS_TOKEN, JsonPointer.compile("/org")))));
        assertThat(acme.userinfo())
                .isEqualTo(new UserinfoRequest(HttpMethod.POST, Optional.of("{}"), Map.of("X-App", "{client_id}")));
        assertThat(acme.api().token()).isEqualTo(new AccessTokenIn.Header("X-Token", Optional.of("Acme")));
        assertThat(acme.refresh().rotates()).isTrue();
        assertThat(acme.scopesFor(List.of())).containsExactly("files", "offline");
        assertThat(acme.scopes().separator()).isEqualTo(",");
        assertThat(acme.scopes().granted(List.of("files.all"))).containsExactly("files");
        assertThat(acme.refresh().idleLimit()).contains(Duration.ofDays(10));
        assertThat(acme.refresh().grant()).contains(new Refresh.Limit(Duration.ofDays(365), true));
        assertThat(acme.refresh().testing()).contains(Duration.ofDays(7));
        assertThat(acme.refresh().invalidatesAccess()).isTrue();
        assertThat(acme.dialect())
                .isEqualTo(new Dialect(
                        new AnswerPlaces(
                                Optional.of(JsonPointer.compile("/d/a")),
                                Optional.of(JsonPointer.compile("/d/r")),
                                Optional.of(JsonPointer.compile("/d/i")),
                                Optional.of(JsonPointer.compile("/d/t")),
                                Optional.of(JsonPointer.compile("/d/ri")),
                                Optional.of(JsonPointer.compile("/d/rt")),
                                Optional.of(JsonPointer.compile("/d/s")),
                                Optional.of(JsonPointer.compile("/d/y")),
                                Optional.of(JsonPointer.compile("/fault/code"))),
                        Set.of("acme"),
                        new OutcomeTable(List.of(
                                new OutcomeRule(
                                        Optional.of(403),
                                        Optional.of("E7"),
                                        Optional.of("refresh token"),
                                        Meaning.DEAD),
                                new OutcomeRule(
                                        Optional.of(400), Optional.empty(), Optional.empty(), Meaning.TRANSIENT))),
                        false,
                        Optional.of("https://acme.example/{tenant}"),
                        Set.of(JsonPointer.compile("/mail"))));
        assertThat(acme.services()).containsEntry("acme_files", Set.of("files"));
        assertThat(acme.grants()).containsExactly(Grant.AUTHORIZATION_CODE, Grant.CLIENT_CREDENTIALS);
        assertThat(acme.presentation().skill()).contains(new Presentation.Skill("npx skills add acme/acme"));
        assertThat(acme.presentation().tokenLifetime()).isEqualTo("about 60 days");
    }

    @ParameterizedTest
    @ValueSource(strings = {"400", "400.0", "4e2"})
    void aRulesStatusCountsHoweverItsNumberIsWritten(String status) {
        // When
        Provider acme = TestProviders.read(
                SMALLEST + "token_errors: [{status: " + status + ", error: gone, means: dead}]", false);

        // Then
        assertThat(acme.dialect().outcomes().rules())
                .extracting(OutcomeRule::status)
                .containsExactly(Optional.of(400));
    }

    @Test
    void aProviderMayLiveOnLoopbackWhereTheOperatorLetsIt() {
        // When
        Provider acme = TestProviders.read("""
                id: acme
                name: Acme
                authorization_url: http://127.0.0.1:9090/authorize
                token_url: http://localhost:9090/token
                """, true);

        // Then
        assertThat(acme.allowPrivate()).isTrue();
        assertThat(acme.tokenEndpointOrigin()).isEqualTo("http://localhost:9090");
    }
}
