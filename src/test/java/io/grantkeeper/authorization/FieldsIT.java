package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertFailurePage;
import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider of which there is one for each connection: shops, each with an authorization server of its own. */
class FieldsIT {

    private OperatorsService operators;
    private MockProvider mock;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        mock = operators.mock();
        user = operators.user();
    }

    @Test
    void theRegistrySaysWhatIsAsked() {
        // When
        JsonNode shops = shops();

        // Then
        assertThat(shops.at("/connectionFields/0/name").asText()).isEqualTo("shop");
        assertThat(shops.at("/connectionFields/0/label").asText()).isEqualTo("Shop name");
        assertThat(shops.at("/connectionFields/0/required").asBoolean()).isTrue();
        assertThat(shops.at("/apiBaseUrls/0").asText()).endsWith("/{shop}/api");
    }

    @Test
    void aConnectionIsMadeUsedRefreshedAndEndedAtItsOwnShop() {
        // Given
        TestAgent agent = user.agent("token");
        connect("field.shop=books", "ada");
        JsonNode connection = connection();
        String path = "/api/apps/" + connection.path("id").asText();

        // When
        Answer token = agent.api().get(path + "/token?refresh=true");
        int refreshes = mock.refreshes("books").size();
        Answer removed = user.api().delete(path);

        // Then
        assertThat(connection.at("/fields/shop").asText()).isEqualTo("books");
        assertThat(connection.at("/apiBaseUrls/0").asText()).isEqualTo(mock.issuer("books") + "/api");
        assertThat(token.status()).as(token::toString).isEqualTo(200);
        assertThat(refreshes).isPositive();
        assertThat(removed.status()).isEqualTo(204);
        assertThat(mock.calls()).extracting(MockProvider.Call::path).contains("/books/revoke");
        assertThat(mock.refreshes("common")).isEmpty();
    }

    @Test
    void theSamePersonAtTwoShopsHasTwoConnections() {
        // When
        connect("field.shop=books", "bob");
        connect("field.shop=toys", "bob");
        connect("field.shop=toys", "bob");

        // Then
        assertThat(user.api().get("/api/apps").json().path("items"))
                .extracting(each -> each.at("/fields/shop").asText())
                .containsExactly("books", "toys");
    }

    @Test
    void aPageAsksForWhatNobodySaid() {
        // Given
        Browser browser = user.browser();
        Answer asked = browser.click(at("/api/apps/authorize?provider=shops"));
        assertThat(asked.status()).as(asked::toString).isEqualTo(200);
        assertThat(asked.body()).contains("Shop name", "name=\"field.shop\"", "such as books");

        // When
        Answer wrong = browser.submit(confirm(), Map.of("ticket", ticket(asked), "field.shop", "../evil"));
        Answer departure = browser.submit(confirm(), Map.of("ticket", ticket(asked), "field.shop", " toys "));

        // Then
        assertFailurePage(wrong, 400);
        assertThat(wrong.body()).contains("Shop name");
        assertThat(departure.status()).isEqualTo(302);
        assertThat(departure.location().toString()).startsWith(mock.issuer("toys") + "/authorize");
        assertPage(mock.connect(browser, departure, "eve"), "connected");
        assertThat(connection().at("/fields/shop").asText()).isEqualTo("toys");
    }

    @Test
    void anAgentsLinkAsksItsUserForWhatTheAgentDidNotSay() {
        // Given
        Answer offered = user.agent("token").api().post("/api/apps/authorize", "{\"provider\": \"shops\"}");
        assertThat(offered.status()).as(offered::toString).isEqualTo(201);
        Browser browser = user.browser();

        // When
        Answer page = browser.openFromElsewhere(URI.create(offered.text("authorizationUrl")));
        Answer departure = browser.submit(confirm(), Map.of("ticket", ticket(page), "field.shop", "games"));

        // Then
        assertThat(page.body()).contains("name=\"field.shop\"");
        assertThat(page.body()).doesNotContain("Shop name: <strong>");
        assertThat(departure.location().toString()).startsWith(mock.issuer("games") + "/authorize");
    }

    @Test
    void whoFollowsAnAgentsLinkSeesWhereItLeadsAndCannotBeLedElsewhere() {
        // Given
        Answer offered = user.agent("token")
                .api()
                .post("/api/apps/authorize", "{\"provider\": \"shops\", \"fields\": {\"shop\": \"mallory\"}}");
        Browser browser = user.browser();

        // When
        Answer page = browser.openFromElsewhere(URI.create(offered.text("authorizationUrl")));
        Answer changed = browser.submit(confirm(), Map.of("ticket", ticket(page), "field.shop", "books"));

        // Then
        assertThat(page.body()).contains("Shop name: <strong>mallory</strong>");
        assertFailurePage(changed, 400);
    }

    @Test
    void whoConfirmsWithoutAFieldIsAskedAgain() {
        // Given
        Browser browser = user.browser();
        Answer asked = browser.click(at("/api/apps/authorize?provider=shops"));

        // When
        Answer again = browser.submit(confirm(), Map.of("ticket", ticket(asked)));

        // Then
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).contains("name=\"field.shop\"");
    }

    @Test
    void aDashboardsBackendSaysItInTheBody() {
        // When
        Answer offered =
                user.api().post("/api/apps/authorize", "{\"provider\": \"shops\", \"fields\": {\"shop\": \"books\"}}");
        Answer departure = user.browser().openFromElsewhere(URI.create(offered.text("authorizationUrl")));

        // Then
        assertThat(departure.location().toString()).startsWith(mock.issuer("books") + "/authorize");
    }

    @Test
    void aDashboardWhoseUserHasNoSessionHereIsAskedOnItsOwnPageAndNowhereElse() {
        // Given
        String asked = "{\"provider\": \"shops\"}";
        Answer offered = user.api().post("/api/apps/authorize", asked);
        Answer forwarded = user.api().post("/api/apps/authorize", asked);
        Browser browser = new Browser();

        // When
        Answer page = browser.click(URI.create(offered.text("authorizationUrl")));
        Answer departure = browser.submit(confirm(), Map.of("ticket", ticket(page), "field.shop", "books"));
        Answer elsewhere = browser.openFromElsewhere(URI.create(forwarded.text("authorizationUrl")));

        // Then
        assertThat(departure.status()).as(departure::toString).isEqualTo(302);
        assertThat(departure.location().toString()).startsWith(mock.issuer("books") + "/authorize");
        assertFailurePage(elsewhere, 401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"shop\": \"Books\"}",
                "{\"shop\": \"books.evil.example\"}",
                "{\"shop\": \"..\"}",
                "{\"shop\": \"books/../../evil\"}",
                "{\"shop\": \"\"}",
                "{\"shop\": null}",
                "{\"shop\": 7}",
                "{\"shop\": [\"books\"]}",
                "{\"store\": \"books\"}",
                "[\"books\"]",
                "\"books\""
            })
    void A98_whatIsNoShopIsRefusedAndChangesNothing(String fields) {
        // When
        Answer refused =
                user.api().post("/api/apps/authorize", "{\"provider\": \"shops\", \"fields\": " + fields + "}");

        // Then
        assertProblem(refused, 400, "invalid_request", "fix_request");
    }

    @Test
    void aProviderWithoutFieldsTakesNone() {
        assertProblem(
                user.api().get("/api/apps/authorize?provider=telling&field.shop=books"),
                400,
                "invalid_request",
                "fix_request");
        assertProblem(
                user.api().get("/api/apps/authorize?provider=shops&field.shop=books&field.shop=toys"),
                400,
                "invalid_request",
                "fix_request");
    }

    @Test
    void aConnectionIsReauthorizedWhereItIs() {
        // Given
        connect("field.shop=books", "carol");
        String id = connection().path("id").asText();

        // When
        Answer moved = user.api().get("/api/apps/authorize?connectionId=" + id + "&field.shop=toys");
        Answer same = user.browser().click(at("/api/apps/authorize?connectionId=" + id));

        // Then
        assertProblem(moved, 400, "invalid_request", "fix_request");
        assertThat(same.location().toString()).startsWith(mock.issuer("books") + "/authorize");
    }

    @Test
    void anImportSaysItsShop() {
        // Given
        String token = Canaries.fresh("refresh token");

        // When
        Answer without = user.api().post("/api/apps", "{\"provider\": \"shops\", \"refreshToken\": \"" + token + "\"}");
        Answer refused = user.api().post("/api/apps", """
                {"provider": "shops", "refreshToken": "%s", "fields": {"shop": "books"}}""".formatted(token));

        // Then: nobody at that shop knows the token, but it is that shop that was asked.
        assertProblem(without, 400, "invalid_request", "fix_request");
        assertThat(without.text("error_description")).contains("fields.shop");
        assertThat(refused.status()).isNotEqualTo(201);
        assertThat(mock.refreshes("books"))
                .anySatisfy(call -> assertThat(call.form()).containsEntry("refresh_token", token));
    }

    @Test
    void aTwoLeggedConnectionHasAShopToo() {
        // When
        Answer made = user.api().post("/api/apps", """
                {"provider": "shops", "grant": "client_credentials", "fields": {"shop": "garden"}}""");

        // Then
        assertThat(made.status()).as(made::toString).isEqualTo(201);
        assertThat(made.json().at("/fields/shop").asText()).isEqualTo("garden");
        assertThat(mock.calls()).extracting(MockProvider.Call::path).contains("/garden/token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"thief", "x/../thief", ""})
    void A101_aStoredFieldThatIsChangedLeadsNoTokenElsewhere(String shop) {
        // Given
        TestAgent agent = user.agent("token");
        connect("field.shop=books", "dave");
        String id = connection().path("id").asText();
        operators
                .database()
                .execute("update connection set fields = jsonb_build_object('shop', ?) where id = ?::uuid", shop, id);

        // When
        Answer token = agent.api().get("/api/apps/" + id + "/token?refresh=true");

        // Then
        assertProblem(token, 503, "refresh_unavailable", "contact_operator");
        assertThat(mock.calls()).extracting(MockProvider.Call::path).doesNotContain("/thief/token");
    }

    @Test
    void A19_aCallbackThatItsProviderDidNotSignConnectsNothing() throws Exception {
        // Given
        Browser browser = user.browser();
        String state = Uris.parameter(user.begin(browser, "provider=signed").request(), "state")
                .orElseThrow();
        String forged = "authCode=stolen-code-of-somebody&state=" + state;

        // When
        Answer end = browser.openFromElsewhere(at("/api/apps/callback/signed?" + forged + "&hmac=" + "0".repeat(64)));

        // Then
        assertFailurePage(end, 400);
        assertThat(mock.calls())
                .noneSatisfy(call -> assertThat(call.form()).containsEntry("code", "stolen-code-of-somebody"));
    }

    @Test
    void aCallbackThatItsProviderSignedGoesOnWithTheCodeUnderItsOwnName() throws Exception {
        // Given
        Browser browser = user.browser();
        String state = Uris.parameter(user.begin(browser, "provider=signed").request(), "state")
                .orElseThrow();
        String told = "authCode=a-code-that-nobody-gave&state=" + state;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(OperatorsService.SIGNING.getBytes(UTF_8), "HmacSHA256"));
        String hmac = HexFormat.of().formatHex(mac.doFinal(told.getBytes(UTF_8)));

        // When
        Answer end = browser.openFromElsewhere(at("/api/apps/callback/signed?" + told + "&hmac=" + hmac));

        // Then: the provider knows nothing of that code, but it was asked.
        assertFailurePage(end, 400);
        assertThat(mock.calls())
                .anySatisfy(call -> assertThat(call.form()).containsEntry("code", "a-code-that-nobody-gave"));
    }

    private void connect(String fields, String person) {
        Browser browser = user.browser();
        Answer departure = browser.click(at("/api/apps/authorize?provider=shops&" + fields));
        assertThat(departure.status()).as(departure::toString).isEqualTo(302);
        assertPage(mock.connect(browser, departure, person), "connected");
    }

    private JsonNode connection() {
        JsonNode items = user.api().get("/api/apps?provider=shops").json().path("items");
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    private JsonNode shops() {
        for (JsonNode each : user.api().get("/api/apps/providers").json()) {
            if (each.path("provider").asText().equals("shops")) {
                return each;
            }
        }
        throw new AssertionError("not listed");
    }

    private static String ticket(Answer page) {
        return page.body().replaceFirst("(?s).*name=\"ticket\" value=\"([^\"]+)\".*", "$1");
    }

    private URI confirm() {
        return at("/api/apps/authorize/confirm");
    }

    private URI at(String path) {
        return operators.process().url().resolve(path);
    }
}
