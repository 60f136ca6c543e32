package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInProvidersTest {

    private final Providers providers = Providers.of(BuiltInProviders.load());

    @Test
    void theIndexNamesEveryEntryOfItsFolder() throws Exception {
        // Given
        Path folder = Path.of("src/main/resources/providers");

        // When
        List<String> entries;
        try (Stream<Path> files = Files.list(folder)) {
            entries = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("index"))
                    .sorted()
                    .toList();
        }

        // Then
        assertThat(Files.readAllLines(folder.resolve("index"))).isEqualTo(entries);
    }

    @Test
    void anEntryIsCalledAsItsFile() {
        assertThat(Resources.text("providers/index").lines())
                .containsExactlyInAnyOrderElementsOf(providers.all().stream()
                        .map(provider -> provider.id() + ".yaml")
                        .toList());
    }

    @Test
    void theyComeInTheOrderOfTheirNames() {
        assertThat(providers.all()).extracting(Provider::name).containsExactly("GitHub", "Google Workspace", "Spotify");
    }

    @Test
    void googleAsksForARefreshTokenAndForNothingThatWasNotAskedNow() {
        // When
        Provider google = providers.require("google");

        // Then
        assertThat(google.authorizationParameters())
                .containsOnlyKeys("access_type", "prompt")
                .containsEntry("access_type", "offline")
                .containsEntry("prompt", "consent");
        assertThat(google.scopesFor(List.of())).containsExactly("openid", "email", "profile");
        assertThat(google.endpoints().complete().orElseThrow().issuer()).contains("https://accounts.google.com");
        assertThat(google.refresh().repeatableAfter(Duration.ofDays(1))).isTrue();
    }

    @Test
    void githubIsAskedForJsonAndRevokedInItsOwnWay() {
        // When
        Provider github = providers.require("github");
        Revocation revocation = github.endpoints().revocation().orElseThrow();

        // Then
        assertThat(github.tokenHeaders()).containsEntry("Accept", "application/json");
        assertThat(revocation.style()).isEqualTo(Revocation.Style.GITHUB);
        assertThat(revocation.uri("Iv1/x")).isEqualTo(URI.create("https://api.github.com/applications/Iv1%2Fx/token"));
        assertThat(github.refresh().issued()).isFalse();
    }

    @Test
    void spotifyCannotBeRevokedAndIsAssumedToRotate() {
        // When
        Provider spotify = providers.require("spotify");

        // Then
        assertThat(spotify.endpoints().revocation()).isEmpty();
        assertThat(spotify.refresh().repeatableAfter(Duration.ZERO)).isFalse();
        assertThat(spotify.refresh().accessTokenLifetime()).contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    google,  GOG_ACCESS_TOKEN,     GOG_ACCOUNT, gog,  command -v gog,  gog gmail search 'newer_than:7d' --max 10
                    github,  GH_TOKEN,             ,            gh,   command -v gh,   gh repo list
                    spotify, SPOTIFY_ACCESS_TOKEN, ,            curl, command -v curl, curl -H "Authorization: Bearer $SPOTIFY_ACCESS_TOKEN" https://api.spotify.com/v1/me
                    """)
    void anAgentIsToldHowToUseIt(
            String id, String variable, String accountVariable, String tool, String check, String example) {
        // When
        Presentation presentation = providers.require(id).presentation();

        // Then
        assertThat(presentation.envVar()).isEqualTo(variable);
        assertThat(presentation.accountEnvVar().orElse(null)).isEqualTo(accountVariable);
        assertThat(presentation.tool().name()).isEqualTo(tool);
        assertThat(presentation.tool().checkCmd()).isEqualTo(check);
        assertThat(presentation.exampleCommand()).isEqualTo(example);
    }

    @ParameterizedTest
    @CsvSource({
        "google_gmail, google, 3",
        "google_calendar, google, 1",
        "google_drive, google, 1",
        "google_docs, google, 1",
        "spotify, spotify, 9"
    })
    void aServiceNamesAProviderAndItsScopesAtOnce(String alias, String provider, int scopes) {
        // When
        Service service = providers.byService(alias);

        // Then
        assertThat(service.provider().id()).isEqualTo(provider);
        assertThat(service.scopes()).hasSize(scopes);
        assertThat(service.provider().scopesFor(service.scopes())).containsAll(service.scopes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "google\u0000", "Google", "GOOGLE", "google ", "nobody"})
    void A8_anUnknownProviderIsNotRepeated(String id) {
        assertThatThrownBy(() -> providers.require(id)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_PROVIDER);
            assertThat(problem.description()).isEqualTo("There is no provider of this name.");
            assertThat(problem.fields()).isEmpty();
        });
    }

    @Test
    void A8_anUnknownServiceIsNotRepeated() {
        assertThatThrownBy(() -> providers.byService("google_everything"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.description()).doesNotContain("everything"));
    }

    @Test
    void aTokenIsSealedForTheOriginOfTheTokenUrl() {
        assertThat(providers.require("google").tokenEndpointOrigin()).isEqualTo("https://oauth2.googleapis.com");
    }
}
