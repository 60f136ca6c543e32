package io.grantkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveComparisonTest {

    private static final String STATED = """
            id: acme
            name: Acme
            issuer: https://login.acme.example
            authorization_url: https://login.acme.example/authorize
            token_url: https://login.acme.example/token
            """;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            issuer            | https://login.acme.example           | passed
            issuer            | https://login.acme.example/          | failed
            authorization_url | https://login.acme.example/authorize | passed
            authorization_url | https://login.acme.example/v2        | failed
            token_url         | https://login.acme.example/token     | passed
            token_url         | https://login.acme.example/v2        | failed
            """)
    void whatTheEntryStatesHasToBeWhatIsPublished(String step, String published, String word) {
        // Given
        String member = step.equals("issuer") ? step : step.replace("_url", "_endpoint");

        // Then
        assertThat(word(STATED, "{\"" + member + "\": \"" + published + "\"}", step))
                .isEqualTo(word);
    }

    @Test
    void anAddressOfTheEntryMayHaveAQueryMore() {
        assertThat(word(
                        STATED.replace("/authorize", "/authorize?tenant=a"),
                        "{\"authorization_endpoint\": \"https://login.acme.example/authorize\"}",
                        "authorization_url"))
                .isEqualTo("passed");
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            supported   | ["plain", "S256"] | passed
            supported   | ["plain"]         | failed
            unsupported | ["S256"]          | failed
            unsupported | ["plain"]         | passed
            required    | []                | remark
            supported   | []                | skipped
            """)
    void pkceHasToBeAsPublished(String stated, String published, String word) {
        assertThat(word(
                        STATED + "pkce: " + stated,
                        "{\"code_challenge_methods_supported\": " + published + "}",
                        "pkce"))
                .isEqualTo(word);
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            basic     | ["client_secret_basic"] | passed
            basic_raw | ["client_secret_basic"] | passed
            basic     | ["client_secret_post"]  | failed
            both      | ["client_secret_post"]  | passed
            post      | ["client_secret_basic"] | failed
            none      | ["none"]                | passed
            none      | ["client_secret_basic"] | failed
            post      | []                      | skipped
            """)
    void theClientHasToProveItselfAsPublished(String stated, String published, String word) {
        assertThat(word(
                        STATED + "client_auth: " + stated,
                        "{\"token_endpoint_auth_methods_supported\": " + published + "}",
                        "client_auth"))
                .isEqualTo(word);
    }

    @Test
    void aScopeThatIsNotPublishedIsWorthARemarkAndNoMore() {
        // Given
        String entry = STATED + "scopes: {openid: Sign in, files.read: Read}";

        // Then
        assertThat(word(entry, "{\"scopes_supported\": [\"openid\"]}", "scopes"))
                .isEqualTo("remark");
        assertThat(word(entry, "{\"scopes_supported\": [\"openid\", \"files.read\"]}", "scopes"))
                .isEqualTo("passed");
    }

    @Test
    void anEndpointThatTheEntryDoesNotHaveIsWorthARemarkUnlessTheIssuerIsAsked() {
        // Given
        String published = "{\"revocation_endpoint\": \"https://login.acme.example/revoke\"}";
        String leaning = "{id: acme, name: Acme, issuer: 'https://login.acme.example'}";

        // Then
        assertThat(word(STATED, published, "revocation/url")).isEqualTo("remark");
        assertThat(word(leaning, published, "revocation/url")).isEqualTo("passed");
    }

    private static String word(String entry, String published, String step) {
        try {
            return LiveComparison.of(EntryText.of(entry), new ObjectMapper().readTree(published)).stream()
                    .filter(each -> each.name().equals(step))
                    .findFirst()
                    .orElseThrow()
                    .result()
                    .word();
        } catch (JsonProcessingException unreadable) {
            throw new IllegalArgumentException(unreadable);
        }
    }
}
