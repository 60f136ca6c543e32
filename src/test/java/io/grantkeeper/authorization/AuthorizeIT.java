package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.SetCookie;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.TestUser.TestAgent;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How flows start, and which do not. */
class AuthorizeIT {

    private static final String AUTHORIZE = "/api/apps/authorize";
    private static final String TELLING = AUTHORIZE + "?provider=telling";

    private OperatorsService operators;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
    }

    @Test
    void aUserIsSentToTheProviderWithAllThatAnAuthorizationRequestNeeds() {
        // When
        Answer answer = user.api().get(TELLING + "&scopes=read,admin");

        // Then
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.location().toString()).startsWith(operators.telling().url() + "/authorize?");
        assertThat(Uris.parameters(answer.location()))
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "grantkeeper-at-telling")
                .containsEntry("redirect_uri", operators.process().url() + "/api/apps/callback/telling")
                .containsEntry("scope", "read admin")
                .containsEntry("code_challenge_method", "S256")
                .hasEntrySatisfying("code_challenge", each -> assertThat(each).matches("[A-Za-z0-9_-]{43}"))
                .hasEntrySatisfying("state", each -> assertThat(each).hasSizeGreaterThanOrEqualTo(43));
    }

    @Test
    void noScopesMeansTheProvidersDefaults() {
        // When
        Answer answer = user.api().get(TELLING);

        // Then
        assertThat(Uris.parameter(answer.location(), "scope")).contains("read write");
    }

    @Test
    void A17_theRedirectIsNeitherStoredNorTold() {
        // When
        Answer answer = user.api().get(TELLING);

        // Then
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    void A43_theCookieThatBindsAFlowIsForThisHostAndTenMinutesAndNoScript() {
        // When
        List<SetCookie> cookies = Browser.setCookies(user.api().get(TELLING));

        // Then
        assertThat(cookies).hasSize(1);
        SetCookie cookie = cookies.getFirst();
        assertThat(cookie.name()).startsWith("grantkeeper-flow-");
        assertThat(cookie.value()).hasSizeGreaterThanOrEqualTo(43);
        assertThat(cookie.attributes())
                .containsEntry("path", "/")
                .containsEntry("max-age", "600")
                .containsEntry("samesite", "Lax")
                .containsKey("httponly")
                .doesNotContainKeys("domain", "secure");
        assertThat(operators.database().contents().get("authorization_attempt"))
                .noneMatch(row -> row.contains(cookie.value()));
    }

    @Test
    void A44_severalFlowsOfOneBrowserAllFinish() {
        // Given
        Browser browser = user.browser();
        List<Flow> flows = IntStream.range(0, 5)
                .mapToObj(each -> user.begin(browser, "provider=telling"))
                .toList();

        // When
        List<Answer> ends = flows.reversed().stream()
                .map(flow -> browser.openFromElsewhere(operators.telling().agree(flow.request(), user.subject())))
                .toList();

        // Then
        assertThat(ends).allSatisfy(end -> assertPage(end, "connected"));
        assertThat(browser.cookies(operators.process().url())).containsOnlyKeys("__session");
    }

    @Test
    void A5_aPageOfAnotherSiteCannotStartAFlowUnasked() {
        // When
        Answer answer =
                user.browser().openFromElsewhere(operators.process().url().resolve(TELLING));

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.body()).contains("Connect The telling provider?");
        assertThat(Browser.setCookies(answer)).isEmpty();
    }

    @Test
    void theUserWhoConfirmsIsSentToTheProvider() {
        // Given
        Browser browser = user.browser();
        URI authorize = operators.process().url().resolve(TELLING);
        String page = browser.openFromElsewhere(authorize).body();
        String ticket = page.replaceFirst("(?s).*name=\"ticket\" value=\"([^\"]+)\".*", "$1");

        // When
        Answer departure = browser.submit(authorize.resolve(AUTHORIZE + "/confirm"), Map.of("ticket", ticket));

        // Then
        assertThat(departure.status()).as(departure::toString).isEqualTo(302);
        assertThat(departure.location().toString())
                .startsWith(operators.telling().url());
    }

    @Test
    void A6_aTicketOpensOneFlowOnce() {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        URI address = URI.create(offer.text("authorizationUrl"));

        // When
        Answer first = user.browser().open(address);
        Answer second = user.browser().open(address);

        // Then
        assertThat(first.status()).isEqualTo(302);
        assertFailurePage(second, 400);
    }

    @Test
    void A7_theAccountOfOthersIsNotFound() {
        // When
        Answer answer = user.api().get(TELLING + "&accountId=org_of_others");

        // Then
        assertProblem(answer, 404, "not_found", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "../telling", "telling%00", "TELLING", "tellin"})
    void A8_anUnknownProviderIsNotFoundAndItsNameNotRepeated(String name) {
        // When
        Answer answer = user.api().get(AUTHORIZE + "?provider=" + name);

        // Then
        assertThat(answer.status()).as(answer::toString).isIn(400, 404);
        assertThat(answer.text("error")).isIn("unknown_provider", "invalid_request");
        assertThat(answer.body()).doesNotContain("nobody", "..", "TELLING");
    }

    @Test
    void A8_anUnknownProviderHasACodeOfItsOwn() {
        // When
        Answer answer = user.api().get(AUTHORIZE + "?provider=nobody");

        // Then
        assertProblem(answer, 404, "unknown_provider", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "read,read", "read%0d%0awrite", "read,%22write%22", "READ"})
    void A9_aScopeThatIsNotOfferedIsRefused(String scopes) {
        // When
        Answer answer = user.api().get(TELLING + "&scopes=" + scopes);

        // Then
        assertProblem(answer, 400, "invalid_scope", "fix_request");
    }

    @Test
    void A9_theDescriptionNamesTheScopeThatIsNotOffered() {
        // When
        Answer answer = user.api().get(TELLING + "&scopes=read,everything");

        // Then
        assertThat(answer.text("error_description")).contains("everything");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provider=telling&provider=plain",
                "provider=telling&scopes=read&scopes=write",
                "provider=telling&redirect_uri=https://evil.example/",
                "provider=telling&response_type=token",
                "provider=telling&state=mine",
                "provider=telling&colour=blue"
            })
    void A10_aParameterThatIsRepeatedReservedOrUnknownIsRefused(String query) {
        // When
        Answer answer = user.api().get(AUTHORIZE + "?" + query);

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "javascript:alert(1)",
                "http://127.0.0.1:1/",
                "http://user@127.0.0.1/"
            })
    void A11_theBrowserIsNotSentBackToAnotherOrigin(String returnTo) {
        // When
        Answer answer = user.api().get(TELLING + "&returnTo=" + Uris.encode(returnTo));

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"provider\": \"telling\", \"colour\": \"blue\"}",
                "{\"provider\": \"telling\", \"provider\": \"plain\"}",
                "{\"provider\": 7}",
                "{\"provider\": \"telling\", \"scopes\": \"read\"}",
                "{\"provider\": \"telling\"",
                "[]",
                "null",
                "{}"
            })
    void A129_aBodyThatIsNotTheExpectedJsonIsRefused(String body) {
        // When
        Answer answer = user.api().post(AUTHORIZE, body);

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }

    @Test
    void A15_aUserHasTenFlowsOpenAtMost() {
        // Given
        for (int i = 0; i < 10; i++) {
            user.begin(user.browser(), "provider=telling");
        }

        // When
        Answer eleventh = user.api().get(TELLING);

        // Then
        assertProblem(eleventh, 429, "rate_limited", "wait");
        assertThat(eleventh.header("Retry-After")).isPresent();
    }

    @Test
    void aProviderWithoutAClientHereSaysWhichSettingsAreMissing() {
        // When
        Answer answer = user.api().get(AUTHORIZE + "?provider=github");

        // Then
        assertProblem(answer, 409, "provider_not_configured", "contact_operator");
        assertThat(answer.text("error_description"))
                .contains("GRANTKEEPER_GITHUB_CLIENT_ID", "GRANTKEEPER_GITHUB_CLIENT_SECRET");
    }

    @Test
    void aConnectionThatIsNotTheirsCannotBeReauthorized() {
        // When
        Answer answer = user.api().get(AUTHORIZE + "?connectionId=" + UUID.randomUUID());

        // Then
        assertProblem(answer, 404, "not_found", "fix_request");
    }

    @Test
    void nobodyIsSentToAProvider() {
        // When
        Answer answer = operators.process().nobody().get(TELLING);

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
        assertThat(answer.header("WWW-Authenticate")).isPresent();
    }

    @Test
    void whatAnAgentAskedForIsForThatAgentAlone() {
        // Given
        TestAgent agent = user.agent("token");
        TestAgent other = user.agent("token");
        Browser browser = user.browser();
        Answer offer = agent.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        URI link = URI.create(offer.text("authorizationUrl"));

        // When
        Answer question = browser.open(link);
        Answer departure = browser.submit(
                link.resolve(AUTHORIZE + "/confirm"),
                Map.of("ticket", Uris.parameter(link, "ticket").orElseThrow()));
        Answer end = browser.openFromElsewhere(operators.telling().agree(departure.location(), user.subject()));

        // Then
        assertThat(question.status()).isEqualTo(200);
        assertThat(question.body()).contains(agent.id(), user.subject());
        assertPage(end, "connected");
        Answer progress = agent.api().get(AUTHORIZE + "/" + offer.text("id"));
        assertThat(progress.text("status")).isEqualTo("connected");
        String connection = "/api/apps/" + progress.text("connectionId");
        assertThat(agent.api().get(connection + "/token").status()).isEqualTo(200);
        assertThat(other.api().get(connection + "/token").status()).isEqualTo(404);
        assertThat(user.api().get(connection).json().at("/agentIds/0").asText()).isEqualTo(agent.id());
    }

    @Test
    void aFlowIsItsAccountsOwn() {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");

        // When
        Answer own = user.api().get(AUTHORIZE + "/" + offer.text("id"));
        Answer others = operators.user().api().get(AUTHORIZE + "/" + offer.text("id"));
        Answer none = user.api().get(AUTHORIZE + "/" + UUID.randomUUID());

        // Then
        assertThat(own.text("status")).isEqualTo("pending");
        assertProblem(others, 404, "not_found", "fix_request");
        assertProblem(none, 404, "not_found", "fix_request");
    }
}
