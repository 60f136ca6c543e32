package io.grantkeeper.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.TestProviders;
import org.junit.jupiter.api.Test;

class ProviderViewTest {

    private static final String ENTRY = """
            id: acme
            name: Acme
            description: Files
            authorization_url: https://login.acme.example/authorize-here
            token_url: https://login.acme.example/token-here
            revocation: {url: https://login.acme.example/revoke-here}
            userinfo: {url: https://login.acme.example/userinfo-here}
            scopes: {openid: Sign in, files: Files}
            required_scopes: [openid]
            api_base_urls: [https://api.acme.example]
            env_var: ACME_TOKEN
            refresh: {access_token_ttl: 3600}
            """;

    @Test
    void everyFieldOfAProviderIsThere() throws Exception {
        // When
        JsonNode json = json(TestProviders.of(ENTRY));

        // Then
        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                                        {"provider": "acme", "displayName": "Acme", "description": "Files",
                                         "envVar": "ACME_TOKEN", "accountEnvVar": null,
                                         "tool": {"name": "curl", "installCmd": "apt-get install -y curl",
                                                  "checkCmd": "command -v curl"},
                                         "exampleCommand": "curl -H \\"Authorization: Bearer $ACME_TOKEN\\" https://api.acme.example",
                                         "tokenLifetime": "about 1 hour", "scopePicker": true,
                                         "requiredScopes": ["openid"],
                                         "scopeLabels": {"openid": "Sign in", "files": "Files"}, "connectionFields": [],
                                         "apiBaseUrls": ["https://api.acme.example"], "configured": true}
                                        """));
    }

    @Test
    void whatHasToBeSaidBeforeConsentIsThereAndWhatTheProviderTellsIsNot() throws Exception {
        // When
        JsonNode json = json(
                TestProviders.of(ENTRY.replace("https://api.acme.example", "'https://{shop}.acme.example'") + """
                connection_fields:
                  shop: {label: Shop, example: books, pattern: '[a-z]+'}
                  site: {label: Site, example: s-1, pattern: '[a-z0-9-]+', from: /site}
                """));

        // Then
        assertThat(json.path("connectionFields")).isEqualTo(new ObjectMapper().readTree("""
                [{"name": "shop", "label": "Shop", "example": "books", "required": true}]
                """));
        assertThat(json.at("/apiBaseUrls/0").asText()).isEqualTo("https://{shop}.acme.example");
    }

    @Test
    void aSkillIsThereWhereThereIsOne() {
        // When
        JsonNode json = json(TestProviders.of(ENTRY + "skill: {install: npx skills add acme/acme}"));

        // Then
        assertThat(json.at("/skill/installCmd").asText()).isEqualTo("npx skills add acme/acme");
    }

    @Test
    void A120_noOAuthEndpointIsToldToAnybody() {
        // When
        JsonNode json = json(TestProviders.of(ENTRY));

        // Then
        assertThat(json.toString()).doesNotContain("-here", "login.acme.example");
    }

    private static JsonNode json(Provider provider) {
        return new ObjectMapper().valueToTree(ProviderView.of(provider, true));
    }
}
