package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PluginManifestTest {

    private static final String CUSTOM = """
            {
              "name": "crm-plugin",
              "oauth": {
                "provider": "custom",
                "providerName": "My CRM (EU)",
                "authorizationUrl": "https://crm.example/authorize",
                "tokenUrl": "https://crm.example/token",
                "scopes": ["contacts", "deals"],
                "clientIdSecret": "CRM_ID",
                "clientSecretSecret": "CRM_SECRET"
              },
              "developerSecrets": {
                "CRM_ID": {"description": "Client id", "required": true},
                "CRM_SECRET": {"description": "Client secret", "required": true}
              }
            }
            """;

    @Test
    void aCustomProviderIsReadFromAManifest() {
        // When
        Provider crm = provider(CUSTOM);

        // Then
        assertThat(crm.id()).isEqualTo("my-crm-eu");
        assertThat(crm.name()).isEqualTo("My CRM (EU)");
        assertThat(crm.custom()).isTrue();
        assertThat(crm.endpoints().token()).contains(URI.create("https://crm.example/token"));
        assertThat(crm.scopesFor(List.of())).containsExactly("contacts", "deals");
        assertThat(crm.scopes().picker()).isFalse();
    }

    @Test
    void itsClientIsFoundUnderTheNamesThatItDeclares() {
        // Given
        ClientRegistrations registrations =
                new ClientRegistrations(TestSettings.of(Map.of("CRM_ID", "id", "CRM_SECRET", "hush")));

        // Then
        assertThat(registrations.require(provider(CUSTOM)).id()).isEqualTo("id");
    }

    @Test
    void itsClientIsFoundUnderTheUsualNamesAsWell() {
        // Given
        ClientRegistrations registrations = new ClientRegistrations(TestSettings.of(
                Map.of("GRANTKEEPER_MY_CRM_EU_CLIENT_ID", "id", "GRANTKEEPER_MY_CRM_EU_CLIENT_SECRET", "hush")));

        // Then
        assertThat(registrations.require(provider(CUSTOM)).id()).isEqualTo("id");
    }

    @Test
    void withoutAClientSecretItIsAPublicClient() {
        // When
        Provider crm = provider(CUSTOM.replace("""
                ,
                    "clientSecretSecret": "CRM_SECRET\"""", ""));

        // Then
        assertThat(crm.requests().clientAuthentication()).isEqualTo(ClientAuthentication.NONE);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("", "plugin.json:1: is empty"),
                arguments("{\"oauth\": hush}", "plugin.json:1: cannot be read"),
                arguments("{}", "plugin.json:1: lacks the key oauth"),
                arguments(
                        CUSTOM.replace("\"tokenUrl\"", "\"tokenurl\""),
                        "plugin.json:7: oauth has the unknown key tokenurl"),
                arguments(
                        CUSTOM.replace("\"tokenUrl\"", "\"tokenurl\""), "plugin.json:3: oauth lacks the key tokenUrl"),
                arguments(CUSTOM.replace("My CRM (EU)", "Users"), "plugin.json:5: id is a word of the settings"),
                arguments(CUSTOM.replace("My CRM (EU)", "(-)"), "plugin.json:5: id must be 1 to 63"),
                arguments(
                        CUSTOM.replace("/authorize", "/authorize?client_id=x"),
                        "plugin.json:6: authorization_url must not set client_id"),
                arguments(
                        CUSTOM.replace("https://crm.example/t", "http://crm.example/t"),
                        "plugin.json:7: token_url must be https"),
                arguments(
                        CUSTOM.replace(": \"CRM_SECRET\"", ": \"OTHER\""),
                        "plugin.json:10: oauth/clientSecretSecret is not among developerSecrets"),
                arguments(
                        CUSTOM.replace("CRM_SECRET", "GRANTKEEPER_GOOGLE_CLIENT_SECRET"),
                        "plugin.json:10: oauth/clientSecretSecret names a setting of this service"),
                arguments(
                        CUSTOM.replace("\"CRM_ID\":", "\"crm id\":"),
                        "plugin.json:13: developerSecrets property 'crm id'"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongManifestIsRefusedWithFileLineAndReason(String json, String fault) {
        // When
        EntryRefused refused = catchThrowableOfType(EntryRefused.class, () -> read(json));

        // Then
        assertThat(refused.faults())
                .extracting(Fault::toString)
                .anySatisfy(found -> assertThat(found).startsWith(fault))
                .noneSatisfy(found -> assertThat(found).contains("hush"));
    }

    private static Provider provider(String json) {
        return ((Entry.Definition) read(json)).provider();
    }

    private static Entry read(String json) {
        return new EntryReader(true, Providers.of(BuiltInProviders.load()), id -> false)
                .read(new EntryFile("plugin.json", json));
    }
}
