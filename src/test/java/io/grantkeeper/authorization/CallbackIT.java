package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider.Call;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.Flow;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How browsers come back from providers, and what is made of it. */
class CallbackIT {

    private OperatorsService operators;
    private TestUser user;
    private Browser browser;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
        browser = user.browser();
    }

    @Test
    void theCodeBecomesAConnection() {
        // Given
        URI callback = agreed();

        // When
        Answer end = browser.openFromElsewhere(callback);

        // Then
        assertThat(end.status()).isEqualTo(200);
        assertPage(end, "connected");
        assertThat(user.onlyConnection("telling")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?state=", "?code=one", "?state=unknown&code=one", "?state=a&state=b&code=one"})
    void A19_withoutAStateOfOursNothingHappens(String query) {
        // When
        Answer answer =
                browser.openFromElsewhere(operators.process().url().resolve("/api/apps/callback/telling" + query));

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A19_aRepeatedStateUsesUpNone() {
        // Given
        URI callback = agreed();

        // When
        Answer doubled = browser.openFromElsewhere(URI.create(callback + "&state=another"));
        Answer once = browser.openFromElsewhere(callback);

        // Then
        assertFailurePage(doubled, 400);
        assertPage(once, "connected");
    }

    @Test
    void A20_anotherBrowserFinishesNothingAndTheStateIsUsedUp() {
        // Given
        URI callback = agreed();

        // When
        Answer other = user.browser().openFromElsewhere(callback);
        Answer own = browser.openFromElsewhere(callback);

        // Then
        assertFailurePage(other, 400);
        assertFailurePage(own, 400);
        assertTheCodeWasNotSent();
        assertNothingIsConnected();
    }

    @Test
    void A20_theCookieOfAnotherFlowDoesNotBindThisOne() {
        // Given
        URI callback = agreed();
        Browser attacked = user.browser();
        user.begin(attacked, "provider=telling");

        // When
        Answer answer = attacked.openFromElsewhere(callback);

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A22_nobodyElseMayBeSignedInWhenTheBrowserComesBack() {
        // Given
        URI callback = agreed();
        browser.setCookie(
                operators.process().url(), "__session", operators.user().token());

        // When
        Answer answer = browser.openFromElsewhere(callback);

        // Then
        assertFailurePage(answer, 403);
        assertTheCodeWasNotSent();
    }

    @Test
    void A23_aStateIsAcceptedOnce() {
        // Given
        URI callback = agreed();

        // When
        Answer first = browser.openFromElsewhere(callback);
        Answer second = browser.openFromElsewhere(callback);

        // Then
        assertPage(first, "connected");
        assertFailurePage(second, 400);
        assertThat(second.told()).contains("finished before");
        assertThat(operators.telling().exchanges()).hasSize(1);
    }

    @Test
    void A24_ofTwentyCallbacksAtOnceOneIsTaken() {
        // Given
        URI callback = agreed();

        // When
        List<Integer> statuses;
        try (var threads = Executors.newFixedThreadPool(20)) {
            statuses = IntStream.range(0, 20)
                    .mapToObj(each -> CompletableFuture.supplyAsync(
                            () -> browser.openFromElsewhere(callback).status(), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }

        // Then
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 400).hasSize(19);
        assertThat(operators.telling().exchanges()).hasSize(1);
    }

    @Test
    void A25_aStateIsWorthNothingAfterItsTimeByTheDatabasesClock() {
        // Given
        URI callback = agreed();
        int aged = operators.database().execute("""
                update authorization_attempt set expires_at = clock_timestamp() - interval '1 second' where user_id = ?
                """, user.subject());

        // When
        Answer answer = browser.openFromElsewhere(callback);

        // Then
        assertThat(aged).isEqualTo(1);
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A26_aStateOfOneProviderIsNotTakenOnTheAddressOfAnother() {
        // Given
        URI callback = agreed();

        // When
        Answer mixed = browser.openFromElsewhere(moved(callback, "/callback/plain"));
        Answer straight = browser.openFromElsewhere(callback);

        // Then
        assertFailurePage(mixed, 400);
        assertFailurePage(straight, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A26_anOperatorsProviderIsNotTakenOnTheCommonAddress() {
        // Given
        URI callback = agreed();

        // When
        Answer answer = browser.openFromElsewhere(moved(callback, "/callback"));

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "", "%s/", "%S"})
    void A27_anotherIssuerOrNoneIsRefused(String issuer) {
        // Given
        URI callback = agreed();

        // When
        Answer answer = browser.openFromElsewhere(
                Uris.with(callback, "iss", issuer.formatted(operators.telling().url())));

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
        assertNothingIsConnected();
    }

    @Test
    void A27_anIssuerThatStandsThereTwiceIsRefused() {
        // Given
        URI callback = agreed();

        // When
        Answer answer = browser.openFromElsewhere(URI.create(callback + "&iss=https://evil.example"));

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A29_whoDoesNotAgreeSeesThatNothingWasConnected() {
        // Given
        Flow flow = user.begin(browser, "provider=telling");

        // When
        Answer answer = browser.openFromElsewhere(operators.telling().refuse(flow.request()));

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertPage(answer, "denied");
        assertThat(answer.body()).contains("<h1>Not connected</h1>");
        assertTheCodeWasNotSent();
        assertNothingIsConnected();
    }

    @Test
    void A30_theProvidersWordsAreNotShown() {
        // Given
        Flow flow = user.begin(browser, "provider=telling");
        URI refused = Uris.with(operators.telling().refuse(flow.request()), "error", "<b>boo</b>");

        // When
        Answer answer = browser.openFromElsewhere(Uris.with(refused, "error_description", "<script>alert(1)</script>"));

        // Then
        assertFailurePage(answer, 400);
        assertThat(answer.body()).doesNotContain("boo", "alert");
    }

    @Test
    void A31_aCodeAndAnErrorAtOnceAreNeither() {
        // Given
        URI callback = agreed();

        // When
        Answer answer = browser.openFromElsewhere(Uris.with(callback, "error", "access_denied"));

        // Then
        assertFailurePage(answer, 400);
        assertTheCodeWasNotSent();
    }

    @Test
    void A32_theCodeOfAnotherFlowIsRefusedByItsVerifier() {
        // Given
        URI callback = agreed();
        Flow foreign = user.begin(user.browser(), "provider=telling");
        URI injected = operators.telling().agree(foreign.request(), "victim");

        // When
        Answer answer = browser.openFromElsewhere(
                Uris.with(callback, "code", Uris.parameter(injected, "code").orElseThrow()));

        // Then
        assertFailurePage(answer, 400);
        assertThat(operators.telling().exchanges()).extracting(Call::outcome).containsExactly("invalid_grant");
        assertNothingIsConnected();
    }

    @Test
    void A34_whatOnlyLooksUsesNoStateUp() {
        // Given
        URI callback = agreed();
        String target = callback.getRawPath() + "?" + callback.getRawQuery();
        Api linkPreview = operators.process().nobody();

        // When
        Answer head = linkPreview.send("HEAD", target, "");
        Answer prefetch = linkPreview.send("GET", target, "", "Sec-Purpose", "prefetch");
        Answer end = browser.openFromElsewhere(callback);

        // Then
        assertThat(head.status()).isEqualTo(405);
        assertThat(prefetch.status()).isEqualTo(503);
        assertPage(end, "connected");
    }

    @Test
    void A37_aConnectionIsNotRevivedByAnotherAccount() {
        // Given
        String id = user.connect(operators.telling());
        Flow flow = user.begin(browser, "connectionId=" + id);

        // When
        Answer answer = browser.openFromElsewhere(operators.telling().agree(flow.request(), "somebody-else"));

        // Then
        assertFailurePage(answer, 409);
        assertThat(user.onlyConnection("telling")).isEqualTo(id);
        assertThat(user.api().get("/api/apps/" + id).text("providerSubject")).isEqualTo(user.subject());
    }

    @Test
    void A38_fewerScopesThanAskedForAreWhatTheConnectionHas() {
        // Given
        Flow flow = user.begin(browser, "provider=telling&scopes=read,write");

        // When
        browser.openFromElsewhere(operators.telling().agree(flow.request(), user.subject(), "read"));

        // Then
        assertThat(user.api()
                        .get("/api/apps/" + user.onlyConnection("telling"))
                        .json()
                        .path("scopes"))
                .extracting(JsonNode::asText)
                .containsExactly("read");
    }

    @Test
    void A38_noScopesInTheAnswerMeansThoseThatWereAskedFor() {
        // Given
        operators.telling().next(Endpoint.TOKEN, Script.json(200, """
                {"access_token": "%s", "token_type": "Bearer", "expires_in": 3600}
                """.formatted(Canaries.fresh("access token"))));
        operators.telling().next(Endpoint.USERINFO, Script.json(200, "{\"sub\": \"somebody\"}"));

        // When
        browser.openFromElsewhere(agreed());

        // Then
        assertThat(user.api()
                        .get("/api/apps/" + user.onlyConnection("telling"))
                        .json()
                        .path("scopes"))
                .extracting(JsonNode::asText)
                .containsExactly("read", "write");
    }

    @Test
    void aClientThatWasRegisteredForAnotherProductsCallbackConnectsThere() {
        // Given
        Flow flow = user.begin(browser, "provider=aliased");
        URI callback = operators.aliased().agree(flow.request(), user.subject());

        // When
        Answer end = browser.openFromElsewhere(callback);

        // Then
        assertThat(callback.getPath()).isEqualTo("/api/oauth/plugin/aliased/callback");
        assertPage(end, "connected");
        assertThat(operators.aliased().exchanges())
                .first()
                .satisfies(call -> assertThat(call.form())
                        .containsEntry(
                                "redirect_uri", operators.process().url() + "/api/oauth/plugin/aliased/callback"));
    }

    @Test
    void A26_norIsAStateTakenOnAnotherPluginsCallback() {
        // Given
        Flow flow = user.begin(browser, "provider=aliased");
        URI callback = operators.aliased().agree(flow.request(), user.subject());

        // When
        Answer answer = browser.openFromElsewhere(
                URI.create(callback.toString().replace("/plugin/aliased/", "/plugin/plain/")));

        // Then
        assertFailurePage(answer, 400);
        assertThat(operators.aliased().calls(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void A39_anAccountsNameIsTextAndNothingElse() {
        // Given
        operators.telling().next(Endpoint.USERINFO, Script.json(200, """
                {"sub": "%s", "name": "<img src=x onerror=alert(1)>\\u001b[31m\\nlate\\u202e%s"}
                """.formatted(user.subject(), "x".repeat(2000))));

        // When
        Answer end = browser.openFromElsewhere(agreed());

        // Then
        assertPage(end, "connected");
        assertThat(end.body()).doesNotContain("<img");
        assertThat(user.api().get("/api/apps/" + user.onlyConnection("telling")).text("providerAccountName"))
                .hasSizeLessThanOrEqualTo(256)
                .doesNotContain("\u001b", "\n", "\u202e");
    }

    static List<Script> unusableAnswers() {
        return List.of(
                Script.html(),
                Script.empty(),
                Script.huge(),
                Script.json(200, "{\"token_type\": \"bearer\"}"),
                Script.json(200, "[]"),
                Script.error("invalid_grant"),
                Script.error("invalid_client"),
                Script.json(500, ""),
                Script.json(429, "{\"error\": \"slow_down\"}"),
                Script.answer(200, "application/x-www-form-urlencoded", "error=bad_verification_code"),
                Script.answer(302, "text/plain", "", Map.of("Location", "http://127.0.0.1:1/token")));
    }

    @ParameterizedTest
    @MethodSource("unusableAnswers")
    void anAnswerWithoutATokenConnectsNothing(Script unusable) {
        // Given
        operators.telling().next(Endpoint.TOKEN, unusable);

        // When
        Answer answer = browser.openFromElsewhere(agreed());

        // Then
        assertFailurePage(answer, 400);
        assertThat(operators.telling().calls(Endpoint.TOKEN)).hasSize(1);
        assertNothingIsConnected();
    }

    @Test
    void aProviderThatDoesNotTellWhoItIsConnectsNothing() {
        // Given
        operators.telling().next(Endpoint.USERINFO, Script.json(500, ""));

        // When
        Answer answer = browser.openFromElsewhere(agreed());

        // Then
        assertFailurePage(answer, 400);
        assertNothingIsConnected();
    }

    @Test
    void aPostedCallbackIsSentToOurOwnAddressWhereTheCookieIs() {
        // Given
        URI callback = agreed();
        URI bare = URI.create(callback.toString().replaceFirst("\\?.*", ""));

        // When
        Answer posted = new Browser().submit(bare, Uris.parameters(callback));
        Answer end = browser.openFromElsewhere(posted.location());

        // Then
        assertThat(posted.status()).isEqualTo(303);
        assertPage(end, "connected");
    }

    /** Where the provider sends this browser back to, with a code. */
    private URI agreed() {
        Flow flow = user.begin(browser, "provider=telling");
        return operators.telling().agree(flow.request(), user.subject());
    }

    private static URI moved(URI callback, String path) {
        return URI.create(callback.toString().replace("/callback/telling", path));
    }

    private void assertTheCodeWasNotSent() {
        assertThat(operators.telling().calls(Endpoint.TOKEN)).isEmpty();
        assertThat(operators.plain().calls(Endpoint.TOKEN)).isEmpty();
    }

    private void assertNothingIsConnected() {
        assertThat(user.api().get("/api/apps").json().path("items")).isEmpty();
    }
}
