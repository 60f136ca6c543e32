package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ID tokens that providers send along, right and wrong. */
class OpenIdIT {

    private static final String SIGN_IN = "provider=telling&scopes=read,openid";

    private OperatorsService operators;
    private ScriptedProvider provider;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        provider = operators.telling();
        user = operators.user();
    }

    @Test
    void anIssuerAndAClientAreEnoughToConnectAndToRefresh() {
        // Given
        Browser browser = user.browser();
        Answer departure = browser.click(operators.process().url().resolve("/api/apps/authorize?provider=bare"));
        assertPage(operators.mock().connect(browser, departure, "grace"), "connected");
        String path = "/api/apps/" + user.onlyConnection("bare") + "/token";
        TestUser.TestAgent agent = user.agent("token");

        // When
        Answer first = agent.api().get(path);
        Answer second = agent.api().get(path + "?refresh=true");

        // Then
        assertThat(first.text("providerSubject")).isEqualTo("grace");
        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        assertThat(operators.mock().refreshes("bare")).hasSize(1);
    }

    @Test
    void A33_aSignInHasANonceOfItsOwn() {
        // When
        URI first = user.begin(user.browser(), SIGN_IN).request();
        URI second = user.begin(user.browser(), SIGN_IN).request();
        URI without = user.begin(user.browser(), "provider=telling").request();

        // Then
        assertThat(Uris.parameter(first, "nonce")).isPresent().isNotEqualTo(Uris.parameter(second, "nonce"));
        assertThat(Uris.parameter(without, "nonce")).isEmpty();
    }

    @Test
    void A35_anIdTokenForThisFlowConnects() {
        // Given
        Flow flow = user.begin(user.browser(), SIGN_IN);
        answerIdToken(claims(flow));

        // When
        Answer end = finish(flow);

        // Then
        assertPage(end, "connected");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"iss\": \"', '\"iss\": \"http://evil.example/'",
        "'\"aud\": \"', '\"aud\": \"another-'",
        "'\"exp\": ', '\"exp\": -'",
        "'\"nonce\": \"', '\"nonce\": \"another-'",
        "'\"nonce\": \"', '\"no_nonce\": \"'",
        "'\"sub\": \"', '\"sub\": \"another-'",
        "'\"sub\": \"', '\"no_sub\": \"'"
    })
    void A35_anIdTokenForAnotherFlowConnectsNothing(String right, String wrong) {
        // Given
        Flow flow = user.begin(user.browser(), SIGN_IN);
        answerIdToken(claims(flow).replace(right, wrong));

        // When
        Answer end = finish(flow);

        // Then
        assertFailurePage(end, 400);
        assertThat(user.api().get("/api/apps").json().path("items")).isEmpty();
    }

    @Test
    void A33_theCodeOfAnotherFlowIsFoundOutWithoutPkce() {
        // Given
        Flow own = user.begin(user.browser(), SIGN_IN);
        Flow injected = operators.user().begin(user.browser(), SIGN_IN);
        answerIdToken(claims(injected));

        // When
        Answer end = finish(own);

        // Then
        assertFailurePage(end, 400);
        assertThat(user.api().get("/api/apps").json().path("items")).isEmpty();
    }

    @Test
    void A134_aRefreshThatAnswersForSomebodyElseGivesNothingAway() {
        // Given
        OperatorsService.Connected connected = operators.expired();
        String path = "/api/apps/" + connected.id();
        TestUser.TestAgent agent = connected.user().agent("token");
        answerIdToken("{\"sub\": \"somebody else\"}");

        // When
        Answer answer = agent.api().get(path + "/token");
        provider.reset();
        Answer later = agent.api().get(path + "/token");

        // Then
        assertProblem(answer, 503, "refresh_unavailable", "wait");
        assertThat(answer.body()).doesNotContain("accessToken");
        assertThat(later.status()).isIn(200, 503);
        assertThat(connected.user().api().get(path).text("status")).isEqualTo("active");
    }

    @Test
    void aFlowIsHeldToWhatItWasBegunWith() {
        // Given
        Flow flow = user.begin(user.browser(), SIGN_IN);
        operators
                .database()
                .execute("update authorization_attempt set has_nonce = false where user_id = ?", user.subject());
        answerIdToken(claims(flow).replace("\"nonce\"", "\"none\""));

        // When
        Answer end = finish(flow);

        // Then
        assertPage(end, "connected");
    }

    private Answer finish(Flow flow) {
        return flow.browser().openFromElsewhere(provider.agree(flow.request(), user.subject()));
    }

    private String claims(Flow flow) {
        return """
                {"iss": "%s", "aud": "%s", "exp": %d, "nonce": "%s", "sub": "%s"}""".formatted(
                        provider.url(),
                        Uris.parameter(flow.request(), "client_id").orElseThrow(),
                        Instant.now().plusSeconds(300).getEpochSecond(),
                        Uris.parameter(flow.request(), "nonce").orElseThrow(),
                        user.subject());
    }

    private void answerIdToken(String claims) {
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8));
        provider.answerBesides("bearer", "\"id_token\": \"e30." + payload + ".c2ln\"");
    }
}
