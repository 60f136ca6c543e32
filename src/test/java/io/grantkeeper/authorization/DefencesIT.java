package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser, a link or a provider may try against a flow. */
class DefencesIT {

    private static final String TELLING = "/api/apps/authorize?provider=telling";

    private OperatorsService operators;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
    }

    @Test
    void A13_everyFlowHasAChallengeAndAStateOfItsOwn() {
        // Given
        Set<String> seen = new HashSet<>();
        int flows = 100;

        // When
        for (int i = 0; i < flows; i++) {
            URI request = operators.user().api().get(TELLING).location();
            assertThat(Uris.parameter(request, "code_challenge_method")).contains("S256");
            seen.add(Uris.parameter(request, "code_challenge").orElseThrow());
            seen.add(Uris.parameter(request, "state").orElseThrow());
        }

        // Then
        assertThat(seen).hasSize(2 * flows).allMatch(each -> each.matches("[A-Za-z0-9_-]{43,}"));
    }

    @Test
    void A13_theVerifierIsOneOfRfc7636() {
        // When
        user.connect(operators.telling());

        // Then
        assertThat(operators.telling().exchanges())
                .last()
                .satisfies(call -> assertThat(call.form().get("code_verifier")).matches("[A-Za-z0-9._~-]{43,128}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", TELLING, "/api/apps/callback?state=x&code=y"})
    void A16_noPageIsFramed(String path) {
        // When
        Answer page = user.browser().openFromElsewhere(operators.process().url().resolve(path));

        // Then
        assertThat(page.header("X-Frame-Options")).contains("DENY");
        assertThat(page.header("Content-Security-Policy").orElse("")).contains("frame-ancestors 'none'");
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Host, evil.example",
        "X-Forwarded-Proto, https",
        "X-Forwarded-Prefix, /evil",
        "Forwarded, host=evil.example;proto=https"
    })
    void A18_addressesComeFromTheSettingsAlone(String header, String value) {
        // When
        Answer departure = user.api().send("GET", TELLING, "", header, value);

        // Then
        assertThat(Uris.parameter(departure.location(), "redirect_uri"))
                .contains(operators.process().url() + "/api/apps/callback/telling");
    }

    @Test
    void A21_aLinkThatSomebodyElseStartedConnectsNothing() {
        // Given
        Flow attackers = user.begin(user.browser(), "provider=telling");
        TestUser victim = operators.user();

        // When
        Answer end =
                victim.browser().openFromElsewhere(operators.telling().agree(attackers.request(), victim.subject()));

        // Then
        assertFailurePage(end, 400);
        assertThat(operators.telling().calls(Endpoint.TOKEN)).isEmpty();
        assertThat(user.api().get("/api/apps").json().path("items").isEmpty()).isTrue();
        assertThat(victim.api().get("/api/apps").json().path("items").isEmpty()).isTrue();
    }

    @Test
    void A36_whoeverHasTheSameAddressOfMailIsSomebodyElse() {
        // Given
        Browser browser = user.browser();

        // When
        connectAtAcme(browser, "first-" + user.subject(), "ada@example.com");
        connectAtAcme(browser, "second-" + user.subject(), "ada@example.com");

        // Then
        assertThat(user.api()
                        .get("/api/apps?provider=acme")
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void A40_thePageAtTheEndLoadsNothingAndTellsNobodyWhereItWas() {
        // Given
        Flow flow = user.begin(user.browser(), "provider=telling");

        // When
        Answer end = flow.browser().openFromElsewhere(operators.telling().agree(flow.request(), user.subject()));

        // Then
        assertPage(end, "connected");
        assertThat(end.body())
                .contains("history.replaceState")
                .doesNotContainPattern("(?i)<(link|img|iframe|script)[^>]+(src|href)=\"(https?:)?//");
    }

    @Test
    void A41_whatTheOpenerIsToldHasNoSecretInIt() {
        // Given
        Flow flow = user.begin(user.browser(), "provider=telling");
        URI back = operators.telling().agree(flow.request(), user.subject());

        // When
        Answer end = flow.browser().openFromElsewhere(back);

        // Then
        assertThat(end.body())
                .doesNotContain(Uris.parameter(back, "code").orElseThrow())
                .doesNotContain(Uris.parameter(back, "state").orElseThrow())
                .doesNotContain("postMessage(message, '*')")
                .doesNotContain("\"*\"");
    }

    @Test
    void A45_whoLeftTheOrganisationMeanwhileConnectsNothing() {
        // Given
        TestUser member = operators.memberOf("org_left");
        Flow flow = member.begin(member.browser(), "provider=telling");
        Browser browser = flow.browser();
        browser.setCookie(
                operators.process().url(),
                "__session",
                operators.mock().userToken(member.subject(), Map.of("org_id", List.of("org_other"))));

        // When
        Answer end = browser.openFromElsewhere(operators.telling().agree(flow.request(), member.subject()));

        // Then
        assertFailurePage(end, 403);
        assertThat(operators.telling().calls(Endpoint.TOKEN)).isEmpty();
    }

    private void connectAtAcme(Browser browser, String subject, String mail) {
        Answer login = browser.follow(user.begin(browser, "provider=acme").departure());
        Answer signedIn =
                browser.submit(login.uri(), Map.of("username", subject, "claims", "{\"email\": \"" + mail + "\"}"));
        assertPage(browser.follow(signedIn), "connected");
    }
}
