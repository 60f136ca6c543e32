package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthorizationRequestTest {

    private static final String ENDPOINT = "https://login.acme.example/authorize";

    @Test
    void theRequestHasWhatTheStandardsWant() {
        // When
        URI uri = request(ENDPOINT, List.of("openid", "files.read"), " ", Map.of());

        // Then
        assertThat(uri)
                .hasToString(ENDPOINT + "?response_type=code&client_id=our%20client%26co"
                        + "&redirect_uri=https%3A%2F%2Fkeeper.example%2Fapi%2Fapps%2Fcallback"
                        + "&scope=openid%20files.read&state=s%2Ft%2Ba%3Dte&code_challenge=ch-al_lenge"
                        + "&code_challenge_method=S256");
    }

    @Test
    void aQueryOfTheEndpointStays() {
        assertThat(request(ENDPOINT + "?tenant=a%20b&x=1", List.of("a"), " ", Map.of())
                        .toString())
                .startsWith(ENDPOINT + "?tenant=a%20b&x=1&response_type=code&");
    }

    @Test
    void scopesStandAsTheProviderWantsThem() {
        assertThat(parameters(request(ENDPOINT, List.of("a", "b:c"), ",", Map.of())))
                .containsEntry("scope", "a%2Cb%3Ac");
    }

    @Test
    void withoutScopesNoneAreNamed() {
        assertThat(parameters(request(ENDPOINT, List.of(), " ", Map.of()))).doesNotContainKey("scope");
    }

    @Test
    void parametersOfTheProviderAreAdded() {
        // Given
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("access_type", "offline");
        extra.put("prompt", "select_account consent");

        // When
        URI uri = request(ENDPOINT, List.of("a"), " ", extra);

        // Then
        assertThat(parameters(uri))
                .containsEntry("access_type", "offline")
                .containsEntry("prompt", "select_account%20consent");
    }

    @Test
    void parametersOfTheProviderNeverOutweighOurs() {
        // Given
        Map<String, String> own = parameters(request(ENDPOINT, List.of("a"), " ", Map.of()));
        Map<String, String> extra = new LinkedHashMap<>();
        own.keySet().forEach(name -> extra.put(name, "evil"));

        // When
        URI uri = request(ENDPOINT, List.of("a"), " ", extra);

        // Then
        assertThat(parameters(uri)).isEqualTo(own);
    }

    @Test
    void aProviderMayHaveOtherNamesAndNoPkce() {
        // When
        URI uri = new AuthorizationRequest(
                        URI.create(ENDPOINT),
                        "ours",
                        URI.create("https://keeper.example/"),
                        List.of("a"),
                        " ",
                        Secret.of("s"),
                        Optional.empty(),
                        Optional.of("n"),
                        new ParameterNames(Map.of("client_id", "appid", "scope", "user_scope")),
                        Map.of("appid", "not this"))
                .toUri();

        // Then
        assertThat(parameters(uri))
                .containsEntry("appid", "ours")
                .containsEntry("user_scope", "a")
                .containsEntry("nonce", "n")
                .doesNotContainKeys("client_id", "scope", "code_challenge", "code_challenge_method");
    }

    @Test
    void theStateIsInNoTextOfTheRequest() {
        AuthorizationRequest request = new AuthorizationRequest(
                URI.create(ENDPOINT),
                "client",
                URI.create("https://keeper.example/"),
                List.of(),
                " ",
                Secret.of("canary"),
                Optional.of("challenge"),
                Optional.of("nonce"),
                ParameterNames.STANDARD,
                Map.of());

        assertThat(request.toString()).doesNotContain("canary");
    }

    private static URI request(String endpoint, List<String> scopes, String separator, Map<String, String> extra) {
        return new AuthorizationRequest(
                        URI.create(endpoint),
                        "our client&co",
                        URI.create("https://keeper.example/api/apps/callback"),
                        scopes,
                        separator,
                        Secret.of("s/t+a=te"),
                        Optional.of("ch-al_lenge"),
                        Optional.empty(),
                        ParameterNames.STANDARD,
                        extra)
                .toUri();
    }

    /** As they stand there; one that stands there twice fails. */
    private static Map<String, String> parameters(URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            assertThat(parameters.put(parts[0], parts[1])).as(parts[0]).isNull();
        }
        return parameters;
    }
}
