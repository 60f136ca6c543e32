package io.grantkeeper.token;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What two replicas remember of the tokens in one database, and how soon it is forgotten. */
class TokenMemoryIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String CHANNELS = "from pg_stat_activity where application_name = 'grantkeeper-channel'"
            + " and datname = current_database()";

    private static OperatorsService operators;
    private static PackagedService other;

    private TestUser user;
    private String id;
    private Api here;
    private Api there;

    @BeforeAll
    static void startAnother() {
        operators = OperatorsService.get();
        other = operators.setup("other").start();
    }

    @AfterAll
    static void stopTheOther() {
        other.close();
    }

    @BeforeEach
    void aConnectionThatBothRemember() {
        operators = OperatorsService.get();
        user = operators.user();
        id = user.connect(operators.telling());
        TestAgent agent = user.agent("token");
        here = agent.api();
        there = other.agent(agent.id(), agent.secret());
        awaitRemembered(operators.process(), here);
        awaitRemembered(other, there);
    }

    @Test
    void A113_aDeletionIsEffectiveHereAtOnceAndOnTheOtherReplicaWithinASecond() {
        // When
        Answer removed = user.api().delete("/api/apps/" + id);

        // Then
        assertThat(removed.status()).isEqualTo(204);
        assertProblem(token(here), 404, "not_found", "fix_request");
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> token(there).status() == 404);
    }

    @Test
    void F24_aRememberedTokenIsAnsweredWithoutAnyTable() throws SQLException {
        // Given
        double before = answers(other, "memory");
        token(there).accessToken();
        int hits = 100;

        // When
        try (Connection connection = operators.database().connect()) {
            lockEverything(connection);
            for (int i = 0; i < hits; i++) {
                token(there).accessToken();
            }
        }

        // Then
        assertThat(answers(other, "memory")).isGreaterThanOrEqualTo(before + hits);
    }

    @Test
    void I5_aDatabaseThatDoesNotAnswerIsAPromptOutage() throws SQLException {
        // Given
        String unknown = user.connect(operators.plain());
        Instant begin;
        Answer answer;

        // When
        try (Connection connection = operators.database().connect()) {
            lockEverything(connection);
            begin = Instant.now();
            answer = there.get("/api/apps/" + unknown + "/token");
        }

        // Then
        assertProblem(answer, 503, "unavailable", "wait");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(there.get("/api/apps/" + unknown + "/token").status()).isEqualTo(200);
    }

    @Test
    void F33_withoutItsChannelAReplicaAnswersFromRowsUntilItHearsAgain() {
        // Given
        double rows = answers(other, "row");
        double losses = metric(other, "grantkeeper_channel_losses_total");

        // When
        operators.database().ask("select pg_terminate_backend(pid)::text " + CHANNELS);
        await().atMost(SOON).until(() -> metric(other, "grantkeeper_channel_losses_total") > losses);
        token(there).accessToken();

        // Then
        assertThat(answers(other, "row")).isGreaterThan(rows);
        await().atMost(SOON).until(() -> metric(other, "grantkeeper_channel_up") == 1);
        awaitRemembered(other, there);
        assertThat(operators.database().ask("select pid::text " + CHANNELS)).hasSize(2);
    }

    @Test
    void F36_aDeletionThatNoChannelHeardIsEffectiveAllTheSame() {
        // When
        operators.database().ask("select pg_terminate_backend(pid)::text " + CHANNELS);
        user.api().delete("/api/apps/" + id);

        // Then
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> token(there).status() == 404);
        await().atMost(SOON).until(() -> metric(other, "grantkeeper_channel_up") == 1);
        assertThat(token(there).status()).isEqualTo(404);
    }

    @Test
    void aReauthorizationHereIsTheOtherReplicasTokenWithinASecond() {
        // When
        user.connect(operators.telling());
        String renewed = token(here).accessToken();

        // Then
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> token(there).accessToken().equals(renewed));
    }

    @Test
    void aRememberedConnectionIsNobodyElses() {
        // Given
        TestAgent stranger = operators.user().agent("token");

        // When
        Answer foreign = other.agent(stranger.id(), stranger.secret()).get("/api/apps/" + id + "/token");

        // Then
        assertProblem(foreign, 404, "not_found", "fix_request");
    }

    private Answer token(Api api) {
        return api.get("/api/apps/" + id + "/token");
    }

    private void awaitRemembered(PackagedService service, Api api) {
        await().atMost(SOON).until(() -> {
            double before = answers(service, "memory");
            token(api).accessToken();
            return answers(service, "memory") > before;
        });
    }

    /** Whoever then asks for a row waits. */
    private static void lockEverything(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "lock table connection, credential, connection_use, agent, nonce in access exclusive mode");
        }
    }

    private static double answers(PackagedService service, String source) {
        return metric(service, "grantkeeper_token_answers_total{source=\"" + source + "\"}");
    }

    /** Zero where it has not been counted yet. */
    private static double metric(PackagedService service, String name) {
        String text = Api.ofNobody(service.managementUrl()).get("/q/metrics").body();
        Matcher line = Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text);
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }
}
