package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {

    private static final String DRIVE_FILE = "https://www.googleapis.com/auth/drive.file";

    private final Provider acme = TestProviders.acme();
    private final Provider google = builtIn("google");
    private final Provider github = builtIn("github");

    @Test
    void nothingRequestedMeansTheDefaultsAndWhatIsRequired() {
        // When
        Set<String> chosen = acme.scopesFor(List.of());

        // Then
        assertThat(chosen).containsExactly("openid", "files.read");
    }

    @Test
    void whatIsRequestedComesOnTopOfWhatIsRequired() {
        // When
        Set<String> chosen = acme.scopesFor(List.of("files.write"));

        // Then
        assertThat(chosen).containsExactly("openid", "files.write");
    }

    @Test
    void aRequiredScopeMayBeRequestedAsWell() {
        // When
        Set<String> chosen = acme.scopesFor(List.of("files.write", "openid"));

        // Then
        assertThat(chosen).containsExactly("openid", "files.write");
    }

    @Test
    void withoutAPickerAllScopesAreAsked() {
        // When
        Set<String> none = github.scopesFor(List.of());
        Set<String> one = github.scopesFor(List.of("repo"));

        // Then
        assertThat(none).containsExactly("repo", "user", "read:org");
        assertThat(one).isEqualTo(none);
    }

    @Test
    void withoutAPickerNoOtherScopeIsAsked() {
        assertThatThrownBy(() -> github.scopesFor(List.of("repo", "gist")))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SCOPE);
                    assertThat(problem.description()).contains("gist");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drive",
                "drive.readonly",
                "https://www.googleapis.com/auth/drive",
                "https://www.googleapis.com/auth/drive.readonly",
                "file",
                "auth"
            })
    void A9_googleDoesNotOfferTheBroadDriveScopes(String scope) {
        assertThatThrownBy(() -> google.scopesFor(List.of(scope))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SCOPE);
            assertThat(problem.description()).contains(scope);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"b", "a\\b", "a\r\nX-Evil: 1", "ä", "\u0000"})
    void A9_whatIsNoScopeIsRefusedAndNotRepeated(String scope) {
        assertThatThrownBy(() -> acme.scopesFor(List.of(scope))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SCOPE);
            assertThat(problem.description()).matches("[ -~]+").doesNotContain("Evil");
        });
    }

    @Test
    void A9_aScopeOfFourKilobytesIsNotRepeated() {
        assertThatThrownBy(() -> acme.scopesFor(List.of("x".repeat(4096))))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.description()).hasSizeLessThan(200));
    }

    @Test
    void A9_aScopeStandsThereOnce() {
        assertThatThrownBy(() -> acme.scopesFor(List.of("openid", "openid")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SCOPE));
    }

    @Test
    void A9_fiveHundredScopesAreRefused() {
        List<String> many =
                IntStream.range(0, 500).mapToObj(number -> "scope" + number).toList();

        assertThatThrownBy(() -> acme.scopesFor(many)).isInstanceOf(Problem.class);
    }

    @Test
    void theLastPartOfAnAddressIsEnoughToNameAScope() {
        // When
        Set<String> chosen = google.scopesFor(List.of("drive.file"));

        // Then
        assertThat(chosen).containsExactly("openid", "email", "profile", DRIVE_FILE);
    }

    @Test
    void theLastPartIsNotEnoughWhereTwoScopesEndInIt() {
        // Given
        Scopes scopes = new Scopes(
                Map.of("https://a.example/read", "A", "https://b.example/read", "B"),
                Set.of(),
                Set.of(),
                true,
                " ",
                Map.of(),
                Map.of());

        // Then
        assertThatThrownBy(() -> scopes.choose(List.of("read"))).isInstanceOf(Problem.class);
    }

    @Test
    void slackIsAskedForAPersonsScopesInAnotherParameter() {
        // Given
        Counterparty slack = counterparty(TestProviders.of("""
                id: chat
                name: Chat
                authorization_url: https://chat.example/authorize
                token_url: https://chat.example/token
                authorization_params: {team: T1}
                scopes: {post: Post, read: Read, search: Search, find: Find}
                scope_params: {user_scope: [search, find]}
                scope_separator: ','
                """));
        Set<String> all = slack.provider().scopesFor(List.of("post", "search", "read", "find"));

        // Then
        assertThat(slack.provider().scopes().inScope(all)).containsExactly("post", "read");
        assertThat(slack.authorizationParameters(all))
                .containsExactly(Map.entry("team", "T1"), Map.entry("user_scope", "search,find"));
        assertThat(slack.authorizationParameters(List.of("post"))).containsOnlyKeys("team");
        assertThat(slack.provider().scopes().inScope(List.of("find"))).isEmpty();
    }

    private static Counterparty counterparty(Provider provider) {
        return new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.empty()),
                () -> URI.create("https://keeper.example/callback"));
    }

    @Test
    void whatIsGrantedIsCalledAsItWasAsked() {
        // When
        Set<String> granted = google.scopes()
                .granted(List.of("https://www.googleapis.com/auth/userinfo.email", "openid", DRIVE_FILE));

        // Then
        assertThat(granted).containsExactly("email", "openid", DRIVE_FILE);
    }

    private static Provider builtIn(String id) {
        return Providers.of(BuiltInProviders.load()).require(id);
    }
}
