package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    void theyComeInTheOrderOfTheirNamesOfWhichNoTwoAreTheSame() {
        // When
        List<String> names = providers.all().stream().map(Provider::name).toList();

        // Then
        assertThat(names).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
        assertThat(names.stream().map(name -> name.toLowerCase(Locale.ROOT))).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.grantkeeper.provider.BuiltInEntries#files")
    void nothingIsWrongWithAnEntry(Path path) throws Exception {
        // Given
        EntryFile file = new EntryFile(path.getFileName().toString(), Files.readString(path));

        // When
        JsonNode tree = file.tree();

        // Then
        assertThat(EntrySchema.PROVIDER_ENTRY.faults(file, tree)).isEmpty();
        assertThat(EntryChecks.faults(file, tree, Providers.of(List.of()), false))
                .isEmpty();
        assertThat(tree.path("confidence").asText()).as(file.name()).isIn("verified", "single");
    }

    @Test
    void noTwoProvidersHaveOneWordForAService() {
        assertThat(providers.all().stream().flatMap(provider -> provider.services().keySet().stream()))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    void A120_nothingThatAProviderIsPresentedByLeadsToItsAuthorizationServer() {
        assertThat(providers.all())
                .allSatisfy(provider -> assertThat(provider.presentation().exampleCommand()
                                + provider.presentation().apiBaseUrls())
                        .doesNotContain(
                                provider.template()
                                        .tree()
                                        .path("authorization_url")
                                        .asText("none"),
                                provider.template().tree().path("token_url").asText("none")));
    }

    @Test
    void googleAsksForARefreshTokenAndForNothingThatWasNotAskedNow() {
        // When
        Provider google = providers.require("google");

        // Then
        assertThat(google.requests().authorizationParameters())
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
        assertThat(github.requests().tokenHeaders()).containsEntry("Accept", "application/json");
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

    @Test
    void atlassianIsAskedForARefreshTokenThatEndsAfter90DaysWithoutUse() {
        // When
        Provider atlassian = providers.require("atlassian");

        // Then
        assertThat(atlassian.requests().clientAuthentication()).isEqualTo(ClientAuthentication.POST);
        assertThat(atlassian.requests().authorizationParameters())
                .containsOnly(Map.entry("audience", "api.atlassian.com"), Map.entry("prompt", "consent"));
        assertThat(atlassian.scopesFor(List.of("read:jira-work")))
                .containsExactly("offline_access", "read:me", "read:jira-work");
        assertThat(atlassian.identity().subject()).hasToString("userinfo:/account_id");
        assertThat(atlassian.refresh().repeatableAfter(Duration.ZERO)).isFalse();
        assertThat(atlassian.refresh().idleLimit()).contains(Duration.ofDays(90));
    }

    @Test
    void quickBooksIsAskedWhoItsUserIs() {
        // When
        Provider quickbooks = providers.require("quickbooks");

        // Then
        assertThat(quickbooks.scopesFor(List.of()))
                .containsExactly("openid", "email", "profile", "com.intuit.quickbooks.accounting");
        assertThat(quickbooks.identity().name()).get().hasToString("userinfo:/givenName");
        assertThat(quickbooks.refresh().repeatableAfter(Duration.ZERO)).isFalse();
        assertThat(quickbooks.refresh().idleLimit()).contains(Duration.ofDays(100));
    }

    @Test
    void slackIsAskedWithCommasAndGivesABotsToken() {
        // When
        Provider slack = providers.require("slack");
        Outcome outcome = slack.dialect().outcome(200, """
                {"ok": true, "access_token": "xoxb-1", "token_type": "bot", "scope": "chat:write,users:read",
                 "bot_user_id": "U0KRQLJ9H", "app_id": "A0KRD7HC3", "expires_in": 43200, "refresh_token": "xoxe-1-1",
                 "team": {"name": "Acme", "id": "T9TK3CUKW"}, "enterprise": null, "authed_user": {"id": "U1234"}}
                """, Optional.empty());

        // Then
        assertThat(slack.scopes().separator()).isEqualTo(",");
        assertThat(slack.identity().accountId()).get().hasToString("userinfo:/team_id");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Granted.class, granted -> {
            assertThat(granted.tokens().tokenType()).isEqualTo("Bearer");
            assertThat(granted.tokens().expiresIn()).contains(Duration.ofHours(12));
            assertThat(granted.tokens().scopes().orElseThrow()).containsExactly("chat:write", "users:read");
        });
    }

    @Test
    void twitchAnswersScopesInAnArray() {
        // When
        Provider twitch = providers.require("twitch");
        Outcome outcome = twitch.dialect().outcome(200, """
                {"access_token": "at", "expires_in": 14124, "refresh_token": "rt", "scope": ["chat:read", "openid"],
                 "token_type": "bearer"}
                """, Optional.empty());

        // Then
        assertThat(twitch.requests().clientAuthentication()).isEqualTo(ClientAuthentication.POST);
        assertThat(twitch.scopesFor(List.of())).containsExactly("openid");
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Granted.class,
                        granted -> assertThat(granted.tokens().scopes().orElseThrow())
                                .containsExactly("chat:read", "openid"));
    }

    @Test
    void xeroForgivesAReusedRefreshTokenForHalfAnHour() {
        // When
        Provider xero = providers.require("xero");

        // Then
        assertThat(xero.refresh().repeatableAfter(Duration.ofMinutes(29))).isTrue();
        assertThat(xero.refresh().repeatableAfter(Duration.ofMinutes(30))).isFalse();
        assertThat(xero.refresh().idleLimit()).contains(Duration.ofDays(60));
        assertThat(xero.endpoints().userinfo()).isEmpty();
        assertThat(xero.identity().subject()).hasToString("userinfo:/xero_userid");
        assertThat(xero.scopesFor(List.of())).containsExactly("offline_access", "openid", "profile", "email");
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
        "spotify, spotify, 9",
        "atlassian_jira, atlassian, 3",
        "atlassian_confluence, atlassian, 3"
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
