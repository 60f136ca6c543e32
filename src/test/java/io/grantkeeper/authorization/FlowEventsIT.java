package io.grantkeeper.authorization;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import io.grantkeeper.testing.Uris;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a flow goes on, told to whoever waits for it, and to the dashboard's pages. */
class FlowEventsIT {

    private static final String AUTHORIZE = "/api/apps/authorize";
    private static final String STREAM = "text/event-stream";
    private static final String PENDING = "id:pending\ndata:{\"status\":\"pending\"}\n\n";

    private OperatorsService operators;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
    }

    @Test
    void aStreamTellsEachChangeUntilTheEnd() throws Exception {
        // Given
        TestAgent agent = user.agent("token");
        Answer offer = agent.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        CompletableFuture<Answer> stream = follow(agent, offer);

        // When
        end(offer, true);

        // Then
        Answer told = stream.get(10, TimeUnit.SECONDS);
        String connection = user.onlyConnection("telling");
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.header("Content-Type").orElse("")).startsWith(STREAM);
        assertThat(told.header("Cache-Control")).contains("no-store");
        assertThat(told.body()).startsWith(PENDING).contains("id:connected\n", "\"connectionId\":\"" + connection);
        assertThat(told.body().split("\n\n")).hasSize(2);
    }

    @Test
    void aStreamTellsThatTheUserSaidNo() throws Exception {
        // Given
        TestAgent agent = user.agent("token");
        Answer offer = agent.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        CompletableFuture<Answer> stream = follow(agent, offer);

        // When
        end(offer, false);

        // Then
        assertThat(stream.get(10, TimeUnit.SECONDS).body())
                .isEqualTo(PENDING + "id:denied\ndata:{\"status\":\"denied\"}\n\n");
    }

    @Test
    void whoHasHeardTheEndIsToldToComeNoMore() {
        // Given
        TestAgent agent = user.agent("token");
        Answer offer = agent.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        end(offer, false);

        // When
        Answer again = agent.api().send("GET", path(offer), "", "Accept", STREAM, "Last-Event-ID", "denied");
        Answer other = agent.api().send("GET", path(offer), "", "Accept", STREAM, "Last-Event-ID", "pending");

        // Then
        assertThat(again.status()).isEqualTo(204);
        assertThat(again.body()).isEmpty();
        assertThat(other.body()).isEqualTo("id:denied\ndata:{\"status\":\"denied\"}\n\n");
    }

    @Test
    void aStreamIsItsAccountsOwn() {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");

        // When
        Answer others = operators.user().api().send("GET", path(offer), "", "Accept", STREAM);
        Answer agents = user.agent("token").api().send("GET", path(offer), "", "Accept", STREAM);
        Answer none = user.api().send("GET", AUTHORIZE + "/" + UUID.randomUUID(), "", "Accept", STREAM);
        Answer nobodys = operators.process().nobody().send("GET", path(offer), "", "Accept", STREAM);

        // Then
        assertProblem(others, 404, "not_found", "fix_request");
        assertProblem(agents, 404, "not_found", "fix_request");
        assertProblem(none, 404, "not_found", "fix_request");
        assertProblem(nobodys, 401, "unauthenticated", "fix_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "text/html, */*;q=0.1"})
    void whoDoesNotAskForAStreamIsAnsweredOnce(String accepted) {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");

        // When
        Answer answer = user.api().send("GET", path(offer), "", "Accept", accepted);

        // Then
        assertThat(answer.text("status")).isEqualTo("pending");
    }

    @Test
    void moreStreamsThanThereIsRoomForAreRefusedUntilSomeHangUp() {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        Callable<Answer> another = () -> follow(user, offer).get(300, TimeUnit.MILLISECONDS);
        List<CompletableFuture<Answer>> streams =
                Stream.generate(() -> follow(user, offer)).limit(220).toList();

        // When
        Answer refused = await().ignoreExceptionsInstanceOf(TimeoutException.class)
                .until(another, answer -> answer.status() == 429);
        boolean isAnsweredOnce = user.api().get(path(offer)).text("status").equals("pending");
        streams.forEach(each -> each.cancel(true));

        // Then
        assertProblem(refused, 429, "rate_limited", "wait");
        assertThat(isAnsweredOnce).isTrue();
        await().until(() -> isOpen(follow(user, offer)));
    }

    private static boolean isOpen(CompletableFuture<Answer> stream) throws Exception {
        try {
            stream.get(300, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException stillOpen) {
            return stream.cancel(true);
        }
    }

    @Test
    void A55_aPageOfTheDashboardMayReadHowFarAFlowIs() {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");
        String origin = OperatorsService.DASHBOARD;

        // When
        Answer preflight = preflight(path(offer), origin);
        Answer read = user.api().send("GET", path(offer), "", "Origin", origin);
        Answer refused = operators.process().nobody().send("GET", path(offer), "", "Origin", origin);
        end(offer, false);
        Answer stream = user.api().send("GET", path(offer), "", "Origin", origin, "Accept", STREAM);

        // Then
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization, Last-Event-ID");
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("GET");
        for (Answer each : new Answer[] {preflight, read, refused, stream}) {
            assertThat(each.header("Access-Control-Allow-Origin")).contains(origin);
            assertThat(each.header("Access-Control-Allow-Credentials")).contains("true");
            assertThat(each.header("Vary")).contains("Origin");
        }
        assertThat(read.text("status")).isEqualTo("pending");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://evil.example",
                "https://dashboard.example.evil.example",
                "http://dashboard.example",
                "https://dashboard.example:444",
                "HTTPS://DASHBOARD.EXAMPLE",
                "https://dashboard.example/",
                "*"
            })
    void A55_noOtherPageMayReadAnything(String origin) {
        // Given
        Answer offer = user.api().post(AUTHORIZE, "{\"provider\": \"telling\"}");

        // When
        Answer preflight = preflight(path(offer), origin);
        Answer read = user.api().send("GET", path(offer), "", "Origin", origin);

        // Then
        assertProblem(preflight, 405, "method_not_allowed", "fix_request");
        assertThat(read.header("Vary")).contains("Origin");
        assertNoCors(preflight);
        assertNoCors(read);
    }

    @Test
    void A55_noPageAtAllMayReadTokensOrConnections() {
        // Given
        String connection = user.connect(operators.telling());
        TestAgent agent = user.agent("token");
        String origin = OperatorsService.DASHBOARD;

        // Then
        for (String path :
                new String[] {"/api/apps/" + connection + "/token", "/api/apps", "/api/apps/" + connection}) {
            assertNoCors(agent.api().send("GET", path, "", "Origin", origin));
            assertNoCors(user.api().send("GET", path, "", "Origin", origin));
            assertNoCors(preflight(path, origin));
        }
    }

    private Answer preflight(String path, String origin) {
        return operators
                .process()
                .nobody()
                .send(
                        "OPTIONS",
                        path,
                        "",
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "GET",
                        "Access-Control-Request-Headers",
                        "authorization");
    }

    private static void assertNoCors(Answer answer) {
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    private static CompletableFuture<Answer> follow(TestAgent agent, Answer offer) {
        return agent.api().start("GET", path(offer), "", "Accept", STREAM);
    }

    private static CompletableFuture<Answer> follow(TestUser user, Answer offer) {
        return user.api().startCancellable("GET", path(offer), "Accept", STREAM);
    }

    private static String path(Answer offer) {
        return AUTHORIZE + "/" + offer.text("id");
    }

    /** What a person does with an agent's link. */
    private void end(Answer offer, boolean agreed) {
        Browser browser = user.browser();
        URI link = URI.create(offer.text("authorizationUrl"));
        Answer departure = browser.submit(
                link.resolve(AUTHORIZE + "/confirm"),
                Map.of("ticket", Uris.parameter(link, "ticket").orElseThrow()));
        URI back = agreed
                ? operators.telling().agree(departure.location(), user.subject())
                : operators.telling().refuse(departure.location());
        browser.openFromElsewhere(back);
    }
}
