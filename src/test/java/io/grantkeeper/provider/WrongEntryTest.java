package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each wrong entry is refused with its file, its line and the reason. */
class WrongEntryTest {

    private static final String GOOD = """
            id: acme
            name: Acme
            authorization_url: https://login.acme.example/authorize
            token_url: https://login.acme.example/token
            scopes: {openid: Sign in}
            """;

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("", "acme.yaml:1: is empty"),
                arguments("just text", "acme.yaml:1: string found, object expected"),
                arguments("id: acme\nname: [Acme\nid", "acme.yaml:3: is not YAML: expected ',' or ']', but got "),
                arguments("id: acme\n\tname: Acme", "acme.yaml:2: is not YAML: found character '\\t(TAB)'"),
                arguments("id: acme\nid: acme", "acme.yaml:2: cannot be read, or a key stands here twice"),
                arguments(GOOD + "---\nid: other", "acme.yaml:7: holds more than one document"),
                arguments("id: acme\nissuer: https://acme.example", "acme.yaml:1: lacks the key name"),
                arguments("id: acme\nname: Acme", "acme.yaml:1: lacks the key authorization_url"),
                arguments("id: acme\nname: Acme", "acme.yaml:1: lacks the key token_url"),
                arguments(GOOD.replace("id: acme", "id: Acme!"), "acme.yaml:1: id must be 1 to 63 lower-case letters"),
                arguments(GOOD.replace("id: acme", "id: 7"), "acme.yaml:1: id integer found, string expected"),
                arguments(GOOD.replace("id: acme", "id: users"), "acme.yaml:1: id is a word of the settings"),
                arguments(GOOD.replace("name: Acme", "name: \"A\\nB\""), "acme.yaml:2: name must be one line"),
                arguments(GOOD + "client_secret: hush", "acme.yaml:6: has the unknown key client_secret"),
                arguments(GOOD + "refresh:\n  rotate: true", "acme.yaml:7: refresh has the unknown key rotate"),
                arguments(GOOD + "refresh: {rotates: hush}", "acme.yaml:6: refresh/rotates string found"),
                arguments(GOOD + "refresh: {reuse_grace_seconds: -1}", "acme.yaml:6: refresh/reuse_grace_seconds must"),
                arguments(
                        GOOD + "refresh: {access_token_ttl: 9223372036854775807}",
                        "acme.yaml:6: refresh/access_token_ttl must have a maximum value of 315360000"),
                arguments(
                        GOOD + "refresh: {refresh_token_ttl: 100000000000000000000}",
                        "acme.yaml:6: refresh/refresh_token_ttl must have a maximum value of 315360000"),
                arguments(
                        GOOD + "refresh: {grant_ttl: 0}",
                        "acme.yaml:6: refresh/grant_ttl must have a minimum value of 1"),
                arguments(GOOD + "refresh: {testing_ttl: 7d}", "acme.yaml:6: refresh/testing_ttl string found"),
                arguments(GOOD + "note: !hush!x y", "acme.yaml:6: is not YAML: found undefined tag handle"),
                arguments(
                        GOOD + "revocation: {url: 'https://{client_id}.acme.example/revoke'}",
                        "acme.yaml:6: revocation/url must not have {client_id} in its host"),
                arguments(
                        GOOD + "token_errors: [{status: 503.0, error: gone, means: dead}]",
                        "acme.yaml:6: token_errors/0 has a status that is not about the grant"),
                arguments(GOOD + "client_auth: hush", "acme.yaml:6: client_auth does not have a value in"),
                arguments(GOOD + "userinfo: {subject: id}", "acme.yaml:6: userinfo/subject must be a JSON pointer"),
                arguments(GOOD + "env_var: a b", "acme.yaml:6: env_var must be the name of an environment variable"),
                arguments(GOOD + "grants: [password]", "acme.yaml:6: grants/0 does not have a value in"),
                arguments(GOOD + "api_base_urls:\n- ftp://hush.example", "acme.yaml:7: api_base_urls must be https"),
                arguments(GOOD + "default_scopes: [admin]", "acme.yaml:6: default_scopes names admin, which is not"),
                arguments(GOOD + "required_scopes:\n- openid\n- admin", "acme.yaml:8: required_scopes names admin"),
                arguments(GOOD + "services: {all: [admin]}", "acme.yaml:6: services/all names admin, which is not"),
                arguments(GOOD + "scope_params: {u: [admin]}", "acme.yaml:6: scope_params/u names admin, which is not"),
                arguments(
                        GOOD + "scope_params: {a: [openid], b: [openid]}",
                        "acme.yaml:6: scope_params/b names openid, which another parameter has"),
                arguments(
                        GOOD + "scope_params: {state: [openid]}",
                        "acme.yaml:6: scope_params/state is the name of another parameter"),
                arguments(
                        GOOD + "param_names: {scope: user_scope}\nscope_params: {user_scope: [openid]}",
                        "acme.yaml:7: scope_params/user_scope is the name of another parameter"),
                arguments(GOOD + "granted_as: {admin: root}", "acme.yaml:6: granted_as names admin, which is not"),
                arguments(
                        GOOD + "scope_picker: false\ndefault_scopes: [openid]",
                        "acme.yaml:7: default_scopes has no meaning without a picker"),
                arguments(
                        GOOD + "authorization_params: {tenant: '{tenant}'}",
                        "acme.yaml:6: authorization_params/tenant has a word in braces that stands for nothing there"),
                arguments(
                        GOOD + "authorization_params: {sign: '{client_secret}'}",
                        "acme.yaml:6: authorization_params/sign has a word in braces that stands for nothing"),
                arguments(
                        GOOD + "token_params: {a: 'b}'}", "acme.yaml:6: token_params/a must have nothing but words in"),
                arguments(
                        GOOD + "refresh_params: {a: '{code}'}",
                        "acme.yaml:6: refresh_params/a has a word in braces that"),
                arguments(GOOD + "param_names: {state: s}", "acme.yaml:6: param_names has the unknown key state"),
                arguments(
                        GOOD + "param_names: {scope: 'a b'}", "acme.yaml:6: param_names/scope must be 1 to 64 letters"),
                arguments(
                        GOOD + "param_names: {scope: state}",
                        "acme.yaml:6: param_names/scope is the name of another parameter"),
                arguments(
                        GOOD + "param_names: {client_id: app, client_secret: App}",
                        "acme.yaml:6: param_names/client_secret is the name of another parameter"),
                arguments(
                        GOOD + "param_names: {client_id: code}",
                        "acme.yaml:6: param_names/client_id is the name of another parameter"),
                arguments(
                        GOOD + "client_secret_jwt: {audience: a, issuer: b, key_id: c}",
                        "acme.yaml:6: client_secret_jwt lacks the key ttl"),
                arguments(
                        GOOD + "client_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 59}",
                        "acme.yaml:6: client_secret_jwt/ttl must have a minimum value of 60"),
                arguments(
                        GOOD + "client_secret_jwt: {audience: a, issuer: '{hush}', key_id: c, ttl: 60}",
                        "acme.yaml:6: client_secret_jwt/issuer has a word in braces that stands for nothing there"),
                arguments(
                        GOOD + "client_auth: none\nclient_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 60}",
                        "acme.yaml:7: client_secret_jwt is of no use to a client that proves itself by nothing"),
                arguments(
                        GOOD + "refresh: {upgrade: {url: 'http://a.acme.example', params: {t: '{access_token}'}}}",
                        "acme.yaml:6: refresh/upgrade/url must be https"),
                arguments(
                        GOOD + "refresh: {upgrade: {url: 'https://a.acme.example', params: {t: '{client_id}'}}}",
                        "acme.yaml:6: refresh/upgrade/params do not hold {access_token}"),
                arguments(
                        GOOD + "refresh: {upgrade: {url: 'https://a.acme.example', "
                                + "params: {t: '{access_token}{scopes}'}}}",
                        "acme.yaml:6: refresh/upgrade/params/t has a word in braces that stands for nothing there"),
                arguments(
                        GOOD + "refresh: {renews_itself: {url: 'https://a.acme.example', params: {t: hush}}, "
                                + "access_token_ttl: 90}",
                        "acme.yaml:6: refresh/renews_itself/params do not hold {access_token}"),
                arguments(
                        GOOD + "refresh: {renews_itself: {url: 'https://a.acme.example', "
                                + "params: {t: '{access_token}'}}}",
                        "acme.yaml:6: refresh/renews_itself needs refresh/access_token_ttl"),
                arguments(
                        GOOD + "refresh: {access_token_ttl: 90, renews_itself: {url: 'https://a.acme.example', "
                                + "params: {t: '{refresh_token}'}, not_before: 90}}",
                        "acme.yaml:6: refresh/renews_itself/not_before is the end of the token"),
                arguments(GOOD + "pkce: plain", "acme.yaml:6: pkce does not have a value in"),
                arguments(
                        GOOD + "token_response: {also: acme}", "acme.yaml:6: token_response/also is the entry itself"),
                arguments(GOOD + "token_response: {also: A!}", "acme.yaml:6: token_response/also must be the id of an"),
                arguments(
                        GOOD + "token_response: {prefix: \"a\\nb\"}",
                        "acme.yaml:6: token_response/prefix must be one line"),
                arguments(
                        GOOD + "refresh_params: {s: '{state}'}",
                        "acme.yaml:6: refresh_params/s has a word in braces that stands for nothing there"),
                arguments(GOOD + "token_body: xml", "acme.yaml:6: token_body does not have a value in"),
                arguments(
                        GOOD + "refresh_url: https://other.acme.example/token",
                        "acme.yaml:6: refresh_url is not on the origin of token_url"),
                arguments(GOOD + "refresh_url: http://login.acme.example/r", "acme.yaml:6: refresh_url must be https"),
                arguments(GOOD.replace("openid:", "'open id':"), "acme.yaml:5: scopes property 'open id' name is not"),
                arguments(
                        GOOD + "authorization_params: {State: hush}",
                        "acme.yaml:6: authorization_params must not set State"),
                arguments(
                        GOOD + "headers: {token: {authorization: hush}}",
                        "acme.yaml:6: headers/token must not set authorization"),
                arguments(
                        GOOD + "headers: {token: {X-A: \"a\\r\\nb\"}}",
                        "acme.yaml:6: headers/token/X-A must be printable ASCII"),
                arguments(
                        GOOD + "authorization_response_iss_parameter_supported: true",
                        "acme.yaml:6: authorization_response_iss_parameter_supported needs an issuer"),
                arguments(GOOD + "token_errors: [{error: hush}]", "acme.yaml:6: token_errors/0 lacks the key means"),
                arguments(
                        GOOD + "token_errors: [{error: hush, means: hush}]",
                        "acme.yaml:6: token_errors/0/means does not have a value in"),
                arguments(
                        GOOD + "token_errors: [{error: hush, matches: 'hush.*', means: dead}]",
                        "acme.yaml:6: token_errors/0 has the unknown key matches"),
                arguments(
                        GOOD + "token_errors: [{error: hush, description: hush, means: dead}]",
                        "acme.yaml:6: token_errors/0/description must be one line of 8 to 200 characters"),
                arguments(
                        GOOD + "token_errors:\n- {error: a, means: dead}\n- {means: transient}",
                        "acme.yaml:8: token_errors/1 needs an error or a status"),
                arguments(
                        GOOD + "token_errors: [{status: 200, means: transient}]",
                        "acme.yaml:6: token_errors/0 needs an error: a success that cannot be read is uncertain"),
                arguments(GOOD + "token_response: {error: hush}", "acme.yaml:6: token_response/error must be a JSON"),
                arguments(
                        GOOD + "token_response: {expires_at: hush}",
                        "acme.yaml:6: token_response/expires_at must be a"),
                arguments(
                        GOOD + "token_response: {refresh_token_expires_in: hush}",
                        "acme.yaml:6: token_response/refresh_token_expires_in must be a"),
                arguments(
                        GOOD + "token_response: {refresh_token_expires_at: hush}",
                        "acme.yaml:6: token_response/refresh_token_expires_at must be a"),
                arguments(GOOD + "identity: {subject: sub}", "acme.yaml:6: identity/subject must be a JSON pointer"),
                arguments(GOOD + "identity: {subject: 'cookie:/x'}", "acme.yaml:6: identity/subject must be a JSON"),
                arguments(GOOD + "identity: {subject: /access_token}", "acme.yaml:6: identity/subject must not point"),
                arguments(GOOD + "identity: {name: /user/refreshToken}", "acme.yaml:6: identity/name must not point"),
                arguments(
                        GOOD + "token_response: {access_token: /data/hush}\nidentity: {subject: /data/hush}",
                        "acme.yaml:7: identity/subject must not point at a token"),
                arguments(GOOD + "userinfo: {name: /client_secret}", "acme.yaml:6: userinfo/name must not point"),
                arguments(GOOD + "userinfo: {method: PUT}", "acme.yaml:6: userinfo/method does not have a value in"),
                arguments(GOOD + "userinfo: {body: '{}'}", "acme.yaml:6: userinfo/body needs the method POST"),
                arguments(GOOD + "userinfo: {method: POST, body: '{hush'}", "acme.yaml:6: userinfo/body is not JSON"),
                arguments(
                        GOOD + "userinfo: {headers: {Authorization: hush}}",
                        "acme.yaml:6: userinfo/headers must not set Authorization"),
                arguments(
                        GOOD + "access_token_in: {header: X-Key}\nuserinfo: {headers: {x-key: hush}}",
                        "acme.yaml:7: userinfo/headers must not set x-key"),
                arguments(
                        GOOD + "userinfo: {headers: {X-A: '{hush}'}}",
                        "acme.yaml:6: userinfo/headers/X-A has a word in braces that stands for nothing"),
                arguments(GOOD + "access_token_in: {header: Host}", "acme.yaml:6: access_token_in/header is set to"),
                arguments(
                        GOOD + "access_token_in: {query: t, scheme: OAuth}",
                        "acme.yaml:6: access_token_in/query stands in place of a header and its scheme"),
                arguments(
                        GOOD + "access_token_in: {query: t}\nidentity: {name: 'accounts:/name'}\n"
                                + "accounts: {url: 'https://acme.example/accounts', scheme: OAuth}",
                        "acme.yaml:8: accounts/scheme is for a token in a header"),
                arguments(GOOD + "access_token_in: {query: 'a b'}", "acme.yaml:6: access_token_in/query must be 1 to"),
                arguments(GOOD + "access_token_in: {scheme: 'a b'}", "acme.yaml:6: access_token_in/scheme a scheme is"),
                arguments(revocation("style: hush"), "acme.yaml:6: revocation/style does not have a value in"),
                arguments(revocation("params: {t: hush}"), "acme.yaml:6: revocation/params do not hold {token}"),
                arguments(revocation("params: {t: '{token}{hush}'}"), "acme.yaml:6: revocation/params/t has a word in"),
                arguments(revocation("body: none"), "acme.yaml:6: revocation/body holds the token"),
                arguments(revocation("method: GET"), "acme.yaml:6: revocation/method GET has no body for the token"),
                arguments(
                        revocation("style: bearer, body: json"),
                        "acme.yaml:6: revocation/body is settled by revocation/style"),
                arguments(
                        revocation("style: github, token: access_token"),
                        "acme.yaml:6: revocation/token is settled by revocation/style"),
                arguments(GOOD + "confidence: hush", "acme.yaml:6: confidence does not have a value in"),
                arguments(GOOD + "hints: [refresh/hush]", "acme.yaml:6: hints/0 is no key of the entry"),
                arguments(GOOD + "hints: [name, Hush!]", "acme.yaml:6: hints/1 must be a key of the entry"),
                arguments(GOOD + "issuer: https://acme.example?x=1", "acme.yaml:6: issuer must not have a query"),
                arguments(field("shop: {label: Shop}"), "acme.yaml:6: connection_fields/shop lacks the key example"),
                arguments(
                        field("Shop: {label: Shop, example: a, pattern: a}"),
                        "acme.yaml:6: connection_fields property 'Shop' name is not valid"),
                arguments(
                        field("shop: {label: Shop, example: a}"),
                        "acme.yaml:6: connection_fields/shop needs a pattern"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: '('}"),
                        "acme.yaml:6: connection_fields/shop/pattern is no regular expression"),
                arguments(
                        field("shop: {label: Shop, example: hush, pattern: a}"),
                        "acme.yaml:6: connection_fields/shop/example does not fit"),
                arguments(
                        field("shop: {label: Shop, example: '..', pattern: '.*'}"),
                        "acme.yaml:6: connection_fields/shop/example does not fit"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, default: hush}"),
                        "acme.yaml:6: connection_fields/shop/default does not fit"),
                arguments(
                        field("shop: {label: Shop, example: a.example, kind: host}"),
                        "acme.yaml:6: connection_fields/shop needs suffixes"),
                arguments(
                        field("shop: {label: Shop, example: hush.other.example, kind: host, suffixes: [shop.example]}"),
                        "acme.yaml:6: connection_fields/shop/example does not fit"),
                arguments(
                        field("shop: {label: Shop, example: a.example, kind: host, suffixes: [example]}"),
                        "acme.yaml:6: connection_fields/shop/suffixes/0 must be a domain name of two parts"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, suffixes: [a.example]}"),
                        "acme.yaml:6: connection_fields/shop/suffixes are for the kind host"),
                arguments(
                        field("client_secret: {label: Shop, example: a, pattern: a}"),
                        "acme.yaml:6: connection_fields/client_secret is a word that stands for something else"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a}")
                                + "client_fields: {shop: {label: Shop, example: a, pattern: a}}",
                        "acme.yaml:7: client_fields/shop is among connection_fields too"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, from: 'accounts:/id'}"),
                        "acme.yaml:1: a field or an identity is from accounts, of which nothing is said"),
                arguments(
                        GOOD + "identity: {subject: 'callback:/id'}",
                        "acme.yaml:6: identity/subject is told by a callback that nobody has signed"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, from: 'callback:/shop'}")
                                + "identity: {subject: 'field:/shop'}",
                        "acme.yaml:7: identity/subject is told by a callback that nobody has signed"),
                arguments(
                        GOOD + "accounts: {url: 'https://acme.example/list'}",
                        "acme.yaml:6: accounts is asked for nothing"),
                arguments(
                        GOOD + "api_base_urls: ['https://{hush}.acme.example']",
                        "acme.yaml:6: api_base_urls has a word in braces that is no field"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a}")
                                + "api_base_urls: ['https://{shop}.example']",
                        "acme.yaml:7: api_base_urls must have a host of the vendor's behind its last field"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a}") + "api_base_urls: ['https://acme.{shop}']",
                        "acme.yaml:7: api_base_urls must have a host of the vendor's behind its last field"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a}").replace("/token", "/{shop}/token")
                                + "userinfo: {url: 'http://{shop}.acme.example/me'}",
                        "acme.yaml:7: userinfo/url must be https"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, from: /shop}")
                                .replace("/token", "/{shop}"),
                        "acme.yaml:4: token_url has a field in it that is told only later"),
                arguments(
                        field("shop: {label: Shop, example: a, pattern: a, from: 'callback:/shop'}")
                                .replace("/token", "/{shop}"),
                        "acme.yaml:4: token_url has a field in it that is told only later"),
                arguments(
                        GOOD.replace("/token", "/{agent}")
                                + "client_fields: {agent: {label: A, example: a b, kind: text}}",
                        "acme.yaml:4: token_url has a field in it whose kind is for no URL"),
                arguments(
                        GOOD + "revocation: {url: 'http://acme.example/{client_id}'}",
                        "acme.yaml:6: revocation/url must be https"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongEntryIsRefusedWithFileLineAndReason(String yaml, String fault) {
        // When
        List<String> faults = faults(yaml, false);

        // Then
        assertThat(faults).anySatisfy(found -> assertThat(found).startsWith(fault));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void noReasonRepeatsWhatAFileHolds(String yaml, String fault) {
        // When
        List<String> faults = faults(yaml, false);

        // Then
        assertThat(faults).noneSatisfy(found -> assertThat(found).contains("hush"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 408, 425, 429, 500, 502, 503, 599})
    void I3_noRuleSpeaksOfAnOverloadedServerOrARedirect(int status) {
        assertThat(faults(GOOD + "token_errors: [{status: " + status + ", error: gone, means: dead}]", false))
                .containsExactly("acme.yaml:6: token_errors/0 has a status that is not about the grant and means the"
                        + " same at every provider");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead", "reconsent"})
    void I3_noRuleEndsAGrantWithoutTheProvidersWord(String means) {
        assertThat(faults(GOOD + "token_errors: [{status: 400, means: " + means + "}]", false))
                .containsExactly("acme.yaml:6: token_errors/0 ends grants without the provider's word for it: name an"
                        + " error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_client", "INVALID_CLIENT", "temporarily_unavailable", "server_error", "slow_down"})
    void I3_noRuleEndsAGrantByAnErrorThatIsNeverAboutOne(String error) {
        assertThat(faults(
                        GOOD + "token_errors: [{error: " + error + ", description: refresh token, means: dead}]",
                        false))
                .containsExactly("acme.yaml:6: token_errors/0 ends grants by an error that is never about a grant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unauthorized_client", "bad_client_secret", "invalid_request"})
    void I3_aRuleThatEndsAGrantByAnErrorOfTheClientsIsPrecise(String error) {
        assertThat(faults(GOOD + "token_errors: [{error: " + error + ", means: dead}]", false))
                .containsExactly("acme.yaml:6: token_errors/0 ends grants by an error that is mostly about the client:"
                        + " name a description too");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceInTheOrderOfTheLines() {
        // When
        List<Fault> faults = refused(GOOD.replace("id: acme", "id: A").replace("https:", "http:") + "x: y", false);

        // Then
        assertThat(faults).extracting(Fault::line).containsExactly(1, 3, 4, 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client_id=x",
                "a=b&state=x",
                "redirect_uri=https://evil.example",
                "response_type=token",
                "scope=all",
                "code_challenge=x",
                "code_challenge_method=plain",
                "client%5Fid=x",
                "CLIENT_ID=x",
                "request_uri=urn:x",
                "state"
            })
    void A12_anAuthorizationUrlSetsNothingThatARequestSets(String query) {
        // When
        List<String> faults = faults(GOOD.replace("/authorize", "/authorize?" + query), false);

        // Then
        assertThat(faults).singleElement().asString().startsWith("acme.yaml:3: authorization_url must not set ");
    }

    @Test
    void A12_anAuthorizationUrlHasNoFragment() {
        assertThat(faults(GOOD.replace("/authorize", "/authorize#x"), true))
                .containsExactly("acme.yaml:3: authorization_url must not have a fragment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.acme.example/token",
                "ftp://login.acme.example/token",
                "https://user:hush@login.acme.example/token",
                "https://login.acme.example:22/token",
                "https://login.acme.example:5432/token",
                "https://login.acme.example:6379/token",
                "https://127.0.0.1/token",
                "https://localhost/token",
                "https://localhost./token",
                "https://x.localhost/token",
                "https://[::1]/token",
                "https://[::ffff:169.254.169.254]/token",
                "https://2130706433/token",
                "https://0x7f.1/token",
                "https://127.1/token",
                "https://0/token",
                "https://lоgin.acme.example/token",
                "https:///token",
                "//login.acme.example/token",
                "/token",
                "token",
                "https://{hostname}/token",
                "file:///etc/passwd",
                "javascript:alert(1)"
            })
    void A100_aProviderIsOnHttpsUnderAName(String url) {
        // When
        List<String> faults = faults(GOOD.replace("https://login.acme.example/token", "'" + url + "'"), false);

        // Then
        assertThat(faults).singleElement().asString().startsWith("acme.yaml:4: token_url ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user@acme.example/token", "ftp://acme.example/token", "https:///token", "x"})
    void A100_someAddressesAreWrongEvenWhereTheOperatorLetsAProviderLivePrivately(String url) {
        assertThat(faults(GOOD.replace("https://login.acme.example/token", url), true))
                .hasSize(1);
    }

    private static String field(String rule) {
        return GOOD + "connection_fields: {" + rule + "}\n";
    }

    private static String revocation(String keys) {
        return GOOD + "revocation: {url: 'https://acme.example/revoke', " + keys + "}";
    }

    private static List<String> faults(String yaml, boolean allowPrivate) {
        return refused(yaml, allowPrivate).stream().map(Fault::toString).toList();
    }

    private static List<Fault> refused(String yaml, boolean allowPrivate) {
        EntryReader reader = new EntryReader(true, Providers.of(BuiltInProviders.load()), id -> allowPrivate);
        return catchThrowableOfType(EntryRefused.class, () -> reader.read(new EntryFile("acme.yaml", yaml)))
                .faults();
    }
}
