package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlProvidersTest {

    private static final String ACME = entry("acme", "Acme");

    @TempDir
    Path folder;

    @Test
    void withoutAFolderThereAreTheBuiltInOnes() {
        // When
        YamlProviders providers = new YamlProviders(TestSettings.of(Map.of()));

        // Then
        assertThat(providers.all())
                .extracting(Provider::id)
                .hasSameElementsAs(
                        BuiltInProviders.load().stream().map(Provider::id).toList());
        assertThat(providers.faults()).isEmpty();
    }

    @Test
    void anOperatorsEntriesStandAmongTheBuiltInOnes() throws Exception {
        // Given
        write("acme.yaml", ACME);
        write("hooli.yml", entry("hooli", "hooli"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.all())
                .extracting(Provider::name)
                .containsSubsequence("Acme", "GitHub", "Google Workspace", "hooli", "Spotify");
        assertThat(providers.require("acme").custom()).isTrue();
        assertThat(providers.require("google").custom()).isFalse();
    }

    @Test
    void A12_aWrongEntryIsNamedAndTheOthersGoOn() throws Exception {
        // Given
        write("acme.yaml", ACME);
        write("bad.yaml", entry("bad", "Bad").replace("/authorize", "/authorize?client_id=x"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.find("acme")).isPresent();
        assertThat(providers.find("bad")).isEmpty();
        assertThat(providers.faults())
                .containsExactly(new Fault("bad.yaml", 3, "authorization_url must not set client_id"));
    }

    @Test
    void anEntryThatAPartOfTheProgramBringsStandsBeforeTheOperators() throws Exception {
        // Given
        write("acme.yaml", entry("acme", "The operator's"));
        write("hooli.yaml", entry("hooli", "Hooli"));

        // When
        YamlProviders providers =
                new YamlProviders(TestSettings.of(settings()), new EntryFile("brought.yaml", entry("acme", "Brought")));

        // Then
        assertThat(providers.require("acme").name()).isEqualTo("Brought");
        assertThat(providers.find("hooli")).isPresent();
        assertThat(providers.faults())
                .containsExactly(new Fault("acme.yaml", 1, "the id acme is that of another file's provider"));
    }

    @Test
    void anEntryThatTurnsWrongKeepsItsLastGoodForm() throws Exception {
        // Given
        write("acme.yaml", ACME);
        YamlProviders providers = start();

        // When
        write("acme.yaml", ACME.replace("https://", "http://"));
        providers.reload();

        // Then
        assertThat(providers.require("acme").name()).isEqualTo("Acme");
        assertThat(providers.faults()).extracting(Fault::line).containsExactly(3, 4);
    }

    @Test
    void anEntryThatIsMendedIsTakenUp() throws Exception {
        // Given
        write("acme.yaml", "id: acme");
        YamlProviders providers = start();

        // When
        write("acme.yaml", ACME);
        providers.reload();

        // Then
        assertThat(providers.find("acme")).isPresent();
        assertThat(providers.faults()).isEmpty();
    }

    @Test
    void anEntryThatChangesIsTakenUpAndOneThatIsGoneIsGone() throws Exception {
        // Given
        write("acme.yaml", ACME);
        write("hooli.yaml", entry("hooli", "Hooli"));
        YamlProviders providers = start();

        // When
        write("acme.yaml", entry("acme", "Acme Corporation"));
        Files.delete(folder.resolve("hooli.yaml"));
        providers.reload();

        // Then
        assertThat(providers.require("acme").name()).isEqualTo("Acme Corporation");
        assertThat(providers.find("hooli")).isEmpty();
    }

    @Test
    void anEntryTakesThePlaceOfTheBuiltInProviderOfItsId() throws Exception {
        // Given
        write("google.yaml", entry("google", "Not Google"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.require("google").name()).isEqualTo("Not Google");
        assertThat(providers.require("google").custom()).isTrue();
        assertThat(providers.findService("google_gmail")).isEmpty();
        assertThat(providers.all())
                .filteredOn(each -> each.id().equals("google"))
                .hasSize(1);
        assertThat(providers.faults()).isEmpty();

        // When
        Files.delete(folder.resolve("google.yaml"));
        providers.reload();

        // Then
        assertThat(providers.require("google").name()).isEqualTo("Google Workspace");
    }

    @Test
    void anEntryMayKeepTheServicesOfTheProviderWhosePlaceItTakes() throws Exception {
        // Given
        write("google.yaml", entry("google", "Not Google") + "services: {google_gmail: [openid]}\n");

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.faults()).isEmpty();
        assertThat(providers.findService("google_gmail").orElseThrow().scopes()).containsExactly("openid");
    }

    @Test
    void aPluginForTheVeryProviderKeepsItsClient() throws Exception {
        // Given
        write("plugin.json", """
                {"oauth": {"provider": "custom", "providerName": "Google",
                "authorizationUrl": "https://accounts.google.com/o/oauth2/v2/auth",
                "tokenUrl": "https://oauth2.googleapis.com/token", "clientIdSecret": "OUR_ID",
                "clientSecretSecret": "OUR_SECRET"},
                "developerSecrets": {"OUR_ID": {}, "OUR_SECRET": {}}}""");

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.faults()).isEmpty();
        assertThat(providers.require("google").clientSettings())
                .extracting(ClientSettings::clientId)
                .contains("OUR_ID");
    }

    @Test
    void aPluginsClientIsThereWhicheverFileComesFirst() throws Exception {
        // Given
        write("a.json", """
                {"oauth": {"provider": "google", "clientIdSecret": "OUR_ID", "clientSecretSecret": "OUR_SECRET"},
                "developerSecrets": {"OUR_ID": {}, "OUR_SECRET": {}}}""");
        write("google.yaml", entry("google", "Our Google"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.require("google").name()).isEqualTo("Our Google");
        assertThat(providers.require("google").clientSettings())
                .extracting(ClientSettings::clientId)
                .contains("OUR_ID");
    }

    @Test
    void aPluginThatIsOnlyCalledLikeABuiltInProviderTakesNobodysPlace() throws Exception {
        // Given
        write("plugin.json", """
                {"oauth": {"provider": "custom", "providerName": "Google", "authorizationUrl": "https://a.example/a",
                "tokenUrl": "https://a.example/t"}}""");

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.require("google").name()).isEqualTo("Google Workspace");
        assertThat(providers.faults())
                .singleElement()
                .asString()
                .contains("id is that of a built-in provider; choose another");
    }

    @Test
    void anIdBelongsToTheFirstFileThatHasIt() throws Exception {
        // Given
        write("a.yaml", entry("acme", "First"));
        write("b.yaml", entry("acme", "Second"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.require("acme").name()).isEqualTo("First");
        assertThat(providers.faults())
                .containsExactly(new Fault("b.yaml", 1, "the id acme is that of another file's provider"));
    }

    @Test
    void aFileThatChangesItsIdToABuiltInProvidersTakesItsPlace() throws Exception {
        // Given
        write("acme.yaml", ACME);
        YamlProviders providers = start();

        // When
        write("acme.yaml", entry("spotify", "Acme"));
        providers.reload();

        // Then
        assertThat(providers.require("spotify").custom()).isTrue();
        assertThat(providers.find("acme")).isEmpty();
    }

    @Test
    void twoFilesDoNotShareAService() throws Exception {
        // Given
        write("a.yaml", entry("a", "A") + "services: {files: [openid]}");
        write("b.yaml", entry("b", "B") + "services: {files: [openid]}");

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.byService("files").provider().id()).isEqualTo("a");
        assertThat(providers.faults())
                .containsExactly(new Fault("b.yaml", 1, "the service files is that of another file's provider"));
    }

    @Test
    void aBuiltInProviderKeepsItsServices() throws Exception {
        // Given
        write("acme.yaml", ACME + "services: {google_gmail: [openid]}");

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.byService("google_gmail").provider().id()).isEqualTo("google");
        assertThat(providers.find("acme")).isEmpty();
        assertThat(providers.faults())
                .containsExactly(
                        new Fault("acme.yaml", 6, "services/google_gmail is a built-in provider's; choose another"));
    }

    @Test
    void aManifestMayBringAClientForABuiltInProvider() throws Exception {
        // Given
        write("plugin.json", manifest("google", "gmail.readonly"));
        Map<String, String> environment = settings();
        environment.putAll(Map.of("MY_ID", "id", "MY_SECRET", "hush"));

        // When
        YamlProviders providers = new YamlProviders(TestSettings.of(environment));
        ClientRegistrations registrations = new ClientRegistrations(TestSettings.of(environment));

        // Then
        assertThat(registrations.require(providers.require("google")).id()).isEqualTo("id");
    }

    @Test
    void theOperatorsOwnClientComesBeforeThatOfAManifest() throws Exception {
        // Given
        write("plugin.json", manifest("google", "gmail.readonly"));
        Map<String, String> environment = settings();
        environment.putAll(Map.of("MY_ID", "id", "MY_SECRET", "hush"));
        environment.putAll(Map.of("GRANTKEEPER_GOOGLE_CLIENT_ID", "ours", "GRANTKEEPER_GOOGLE_CLIENT_SECRET", "hush"));

        // When
        YamlProviders providers = new YamlProviders(TestSettings.of(environment));
        ClientRegistrations registrations = new ClientRegistrations(TestSettings.of(environment));

        // Then
        assertThat(registrations.require(providers.require("google")).id()).isEqualTo("ours");
    }

    @Test
    void A9_aManifestCannotWidenWhatABuiltInProviderOffers() throws Exception {
        // Given
        write("plugin.json", manifest("google", "drive"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.faults())
                .containsExactly(new Fault("plugin.json", 1, "oauth/scopes names drive, which google does not offer"));
        assertThat(providers.require("google").clientSettings()).hasSize(1);
    }

    @Test
    void aManifestForAProviderThatIsNotBuiltInIsRefused() throws Exception {
        // Given
        write("acme.yaml", ACME);
        write("plugin.json", manifest("acme", "openid"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.faults()).extracting(Fault::file).containsExactly("plugin.json");
    }

    @Test
    void A100_theOperatorLetsOneProviderLiveOnLoopback() throws Exception {
        // Given
        write("acme.yaml", ACME.replace("https://login.acme.example", "http://127.0.0.1:9090"));
        write("hooli.yaml", entry("hooli", "Hooli").replace("https://login.hooli.example", "http://127.0.0.1:9090"));
        Map<String, String> environment = settings();
        environment.put("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true");

        // When
        YamlProviders providers = new YamlProviders(TestSettings.of(environment));

        // Then
        assertThat(providers.require("acme").allowPrivate()).isTrue();
        assertThat(providers.find("hooli")).isEmpty();
    }

    @Test
    void aMountedConfigMapIsReadThroughItsLinksAndFollowedWhenTheyMove() throws Exception {
        // Given
        version("..2026_01", entry("acme", "Old"));
        version("..2026_02", entry("acme", "New"));
        Path data = folder.resolve("..data");
        Files.createSymbolicLink(data, Path.of("..2026_01"));
        Files.createSymbolicLink(folder.resolve("acme.yaml"), Path.of("..data", "acme.yaml"));
        YamlProviders providers = start();
        String before = providers.require("acme").name();

        // When
        Files.delete(data);
        Files.createSymbolicLink(data, Path.of("..2026_02"));
        providers.reload();

        // Then
        assertThat(before).isEqualTo("Old");
        assertThat(providers.require("acme").name()).isEqualTo("New");
        assertThat(providers.faults()).isEmpty();
    }

    @Test
    void otherFilesAreNoEntries() throws Exception {
        // Given
        write(".acme.yaml", ACME);
        write("README.md", "# Providers");
        write("acme.yaml~", ACME);
        Files.createDirectory(folder.resolve("sub.yaml"));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.find("acme")).isEmpty();
        assertThat(providers.faults()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        // When
        YamlProviders providers =
                new YamlProviders(TestSettings.of(Map.of("GRANTKEEPER_PROVIDERS_DIR", "/nowhere/at/all")));

        // Then
        assertThat(providers.all())
                .extracting(Provider::id)
                .hasSameElementsAs(
                        BuiltInProviders.load().stream().map(Provider::id).toList());
        assertThat(providers.faults()).extracting(Fault::file).containsExactly("/nowhere/at/all");
    }

    @Test
    void aFileOfMoreThan256KilobytesIsNotRead() throws Exception {
        // Given
        write("acme.yaml", ACME + "# " + "x".repeat(256 * 1024));

        // When
        YamlProviders providers = start();

        // Then
        assertThat(providers.faults()).containsExactly(Fault.of("acme.yaml", "is longer than 256 KiB"));
    }

    private YamlProviders start() {
        return new YamlProviders(TestSettings.of(settings()));
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of("GRANTKEEPER_PROVIDERS_DIR", folder.toString()));
    }

    private void version(String name, String acme) throws IOException {
        Files.createDirectory(folder.resolve(name));
        write(name + "/acme.yaml", acme);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String entry(String id, String name) {
        return """
                id: %1$s
                name: %2$s
                authorization_url: https://login.%1$s.example/authorize
                token_url: https://login.%1$s.example/token
                scopes: {openid: Sign in}
                """.formatted(id, name);
    }

    private static String manifest(String provider, String scope) {
        return """
                {"oauth": {"provider": "%s", "scopes": ["%s"],
                           "clientIdSecret": "MY_ID", "clientSecretSecret": "MY_SECRET"},
                 "developerSecrets": {"MY_ID": {"required": true}, "MY_SECRET": {"required": true}}}
                """.formatted(provider, scope);
    }
}
