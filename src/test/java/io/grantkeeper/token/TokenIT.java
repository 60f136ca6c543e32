package io.grantkeeper.token;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a token, and what for. */
class TokenIT {

    private OperatorsService operators;
    private TestUser user;
    private TestAgent agent;

    @BeforeEach
    void aUserWithAnAgent() {
        operators = OperatorsService.get();
        user = operators.user();
        agent = user.agent("token");
    }

    @Test
    void A46_anotherAccountsConnectionIsAnsweredAsOneThatDoesNotExist() {
        // Given
        String id = user.connect(operators.telling());
        TestAgent stranger = operators.user().agent("token");

        // When
        Answer foreign = stranger.api().get("/api/apps/" + id + "/token");
        Answer none = stranger.api().get("/api/apps/" + UUID.randomUUID() + "/token");

        // Then
        assertProblem(foreign, 404, "not_found", "fix_request");
        assertProblem(none, 404, "not_found", "fix_request");
        assertThat(foreign.text("error_description")).isEqualTo(none.text("error_description"));
        assertThat(foreign.headers().map().keySet())
                .isEqualTo(none.headers().map().keySet());
    }

    @Test
    void A48_aUserNeverReceivesAToken() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer byId = user.api().get("/api/apps/" + id + "/token");
        Answer byProvider = user.api().get("/api/apps/token?provider=telling");

        // Then
        assertProblem(byId, 403, "forbidden", "fix_request");
        assertProblem(byProvider, 403, "forbidden", "fix_request");
    }

    @Test
    void A49_anAgentInProxyModeReceivesNone() {
        // Given
        String id = user.connect(operators.telling());
        TestAgent proxyOnly = user.agent("proxy");

        // When
        Answer answer = proxyOnly.api().get("/api/apps/" + id + "/token");

        // Then
        assertProblem(answer, 403, "proxy_only", "fix_request");
    }

    @Test
    void nobodyReceivesAToken() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer answer = operators.process().nobody().get("/api/apps/" + id + "/token");

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
        assertThat(answer.header("WWW-Authenticate")).isPresent();
    }

    @Test
    void A51_noAnswerOfTheTokenEndpointMayBeStored() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer token =
                agent.api().send("GET", "/api/apps/" + id + "/token", "", "Range", "bytes=0-9", "If-None-Match", "*");

        // Then
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.header("Cache-Control")).contains("no-store");
        assertThat(token.header("Pragma")).contains("no-cache");
        assertThat(token.header("Vary")).contains("Authorization, Signature-Input");
        assertThat(token.header("ETag")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token/x.css", "/token;.css", "/token%2Fx.js", "/TOKEN"})
    void A52_anAddressThatOnlyLooksLikeATokensHasNone(String path) {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer answer = agent.api().get("/api/apps/" + id + path);

        // Then
        assertThat(answer.status()).as(answer::toString).isIn(400, 401, 404);
    }

    @Test
    void aProviderThatIsNotConnectedTellsWhereToConnectIt() {
        // When
        Answer answer = agent.api().get("/api/apps/token?provider=telling");

        // Then
        assertProblem(answer, 404, "not_found", "reauthorize", "authorizeUrl");
        assertThat(answer.text("authorizeUrl"))
                .isEqualTo(operators.process().url() + "/api/apps/authorize?provider=telling");
    }

    @Test
    void anUnknownProviderIsNotFound() {
        // When
        Answer answer = agent.api().get("/api/apps/token?provider=nobody");

        // Then
        assertProblem(answer, 404, "unknown_provider", "fix_request");
    }

    @Test
    void aScopeThatWasNotGrantedIsMissing() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer answer = agent.api().get("/api/apps/" + id + "/token?scopes=read,admin");

        // Then
        assertProblem(answer, 403, "insufficient_scope", "reauthorize", "missing", "authorizeUrl");
        assertThat(answer.json().path("missing").toString()).isEqualTo("[\"admin\"]");
        assertThat(answer.text("authorizeUrl")).contains("connectionId=" + id, "scopes=");
    }

    @Test
    void whatWasGrantedIsAnswered() {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer answer = agent.api().get("/api/apps/" + id + "/token?scopes=read%20write");

        // Then
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minValidity=-1",
                "minValidity=3601",
                "minValidity=soon",
                "minValidity=60&minValidity=60",
                "refresh=yes",
                "refresh=true&refresh=true",
                "colour=blue"
            })
    void aParameterThatIsOutOfRangeRepeatedOrUnknownIsRefused(String query) {
        // Given
        String id = user.connect(operators.telling());

        // When
        Answer answer = agent.api().get("/api/apps/" + id + "/token?" + query);

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }

    @Test
    void useIsNoted() {
        // Given
        String id = user.connect(operators.telling());
        boolean unused =
                user.api().get("/api/apps/" + id).json().path("lastUsedAt").isNull();

        // When
        agent.api().get("/api/apps/" + id + "/token").accessToken();

        // Then
        assertThat(unused).isTrue();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> !user.api()
                        .get("/api/apps/" + id)
                        .json()
                        .path("lastUsedAt")
                        .isNull());
    }
}
