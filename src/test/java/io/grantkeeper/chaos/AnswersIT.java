package io.grantkeeper.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Delivery;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Script;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What providers answer when they should not, and what becomes of it (rows F48 to F60, F63). Every case has a provider of its
 * own, and all of them run at once, so that breakers and pauses are waited for once.
 */
@Tag("chaos")
class AnswersIT {

    private static final Duration WORKS_AGAIN = Duration.ofSeconds(45);

    private static final Duration SLACK = Duration.ofMillis(1_500);
    private static final int BOMB = 50 * 1024 * 1024;

    private static World world;
    private static final Map<String, CompletableFuture<Outcome>> OUTCOMES = new LinkedHashMap<>();

    /** What an agent must be told of it. */
    private enum Told {
        TOKEN(200, ""),
        WAIT(503, "wait"),
        OPERATOR(503, "contact_operator"),
        DEAD(410, "reauthorize");

        private final int status;
        private final String action;

        Told(int status, String action) {
            this.status = status;
            this.action = action;
        }
    }

    /** How a provider is broken, and what an agent must be told. */
    private record Case(String name, Told told, Consumer<ScriptedProvider> breaks) {

        static Case of(String name, Told told, Script script) {
            return new Case(name, told, provider -> provider.next(Endpoint.TOKEN, script));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What came of it. */
    private record Outcome(
            Answer answer,
            Duration took,
            String statusAfter,
            List<Refresh> refreshesAfter,
            Call later,
            Duration laterAfter,
            Connected connection,
            List<Refresh> refreshes) {}

    static Stream<Case> cases() {
        String json = "application/json";
        String token = "{\"access_token\": \"" + Canaries.fresh("access token") + "\", \"token_type\": \"bearer\"";
        return Stream.of(
                new Case("F48_refused", Told.WAIT, ScriptedProvider::refuseConnections),
                Case.of("F48_reset", Told.WAIT, exchange -> exchange.properly(Delivery.never())),
                Case.of("F49_drip", Told.WAIT, Script.properly(Delivery.drip(Duration.ofMillis(200)))),
                Case.of(
                        "F50_late",
                        Told.WAIT,
                        Script.properly(Delivery.after(World.CALLER_DEADLINE.plusMillis(1_000)))),
                Case.of(
                        "F51_tooLate",
                        Told.WAIT,
                        Script.properly(Delivery.after(World.ANSWER_DEADLINE.plusMillis(1_000)))),
                Case.of("F52_tooShort", Told.WAIT, Script.properly(Delivery.halfAndClose())),
                Case.of("F52_resetHalfway", Told.WAIT, Script.properly(Delivery.halfAndReset())),
                Case.of("F52_partialJson", Told.WAIT, Script.json(200, "{\"access_token\": \"abc")),
                Case.of("F53_huge", Told.WAIT, Script.huge()),
                Case.of("F53_bomb", Told.WAIT, AnswersIT::bomb),
                Case.of(
                        "F54_slackError",
                        Told.DEAD,
                        Script.json(200, "{\"ok\": false, \"error\": \"invalid_refresh_token\"}")),
                Case.of(
                        "F54_githubError",
                        Told.DEAD,
                        Script.answer(
                                200,
                                "application/x-www-form-urlencoded",
                                "error=bad_refresh_token&error_description=The+refresh+token+is+wrong")),
                Case.of(
                        "F55_form",
                        Told.TOKEN,
                        Script.answer(
                                200,
                                "application/x-www-form-urlencoded",
                                "access_token=" + Canaries.fresh("access token")
                                        + "&expires_in=3600&token_type=bearer")),
                Case.of("F56_seconds", Told.WAIT, tooMany("7")),
                Case.of("F56_date", Told.WAIT, tooMany(httpDate(Duration.ofSeconds(7)))),
                Case.of(
                        "F56_zoho",
                        Told.WAIT,
                        Script.json(400, "{\"error\": \"Access Denied\", \"status\": \"failure\"}")),
                Case.of("F57_invalidClient", Told.OPERATOR, Script.json(401, "{\"error\": \"invalid_client\"}")),
                Case.of(
                        "F57_unauthorizedClient",
                        Told.OPERATOR,
                        Script.json(400, "{\"error\": \"unauthorized_client\"}")),
                Case.of("F57_github", Told.OPERATOR, Script.json(200, "{\"error\": \"incorrect_client_credentials\"}")),
                Case.of(
                        "F57_slack",
                        Told.OPERATOR,
                        Script.json(200, "{\"ok\": false, \"error\": \"bad_client_secret\"}")),
                Case.of("F59_noRefreshToken", Told.TOKEN, Script.json(200, token + ", \"expires_in\": 3600}")),
                Case.of("F60_absent", Told.TOKEN, Script.json(200, token + "}")),
                Case.of("F60_zero", Told.TOKEN, Script.json(200, token + ", \"expires_in\": 0}")),
                Case.of("F60_negative", Told.TOKEN, Script.json(200, token + ", \"expires_in\": -5}")),
                Case.of("F60_text", Told.TOKEN, Script.json(200, token + ", \"expires_in\": \"3600\"}")),
                Case.of("F60_endless", Told.TOKEN, Script.json(200, token + ", \"expires_in\": 1000000000000000000}")),
                Case.of(
                        "I2_noScopesName",
                        Told.TOKEN,
                        Script.json(200, token + ", \"expires_in\": 3600, \"scope\": \"read wri\\u0000te\"}")),
                Case.of("I3_500", Told.WAIT, Script.json(500, "{\"error\": \"invalid_grant\"}")),
                Case.of("I3_502", Told.WAIT, Script.answer(502, "text/html", "<html>Bad Gateway</html>")),
                Case.of("I3_html", Told.WAIT, Script.html()),
                Case.of("I3_empty", Told.WAIT, Script.answer(200, json, "")));
    }

    @BeforeAll
    static void breakEverythingAtOnce() {
        world = World.get();
        world.history().fault("answers", Set.of());
        cases().forEach(each -> {
            ScriptedProvider provider = world.own();
            Connected connection = world.connected(provider);
            OUTCOMES.put(each.name(), world.run(() -> run(each, connection)));
        });
    }

    private static Outcome run(Case broken, Connected connection) {
        ScriptedProvider provider = connection.provider();
        String target = "/api/apps/" + connection.id() + "/token";
        provider.closeConnections();
        world.replicas().expire(connection);
        broken.breaks().accept(provider);
        long began = System.nanoTime();
        Answer answer = world.a().agent().get(target);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        String status = world.replicas().status(connection);
        List<Refresh> refreshes = world.refreshes(connection);
        provider.acceptConnections();
        if (broken.name().equals("F56_zoho")) {
            // A refusal that nobody knows is not repeated for half a minute, which need not be waited for.
            world.replicas()
                    .database()
                    .execute("update credential set retry_at = null where connection_id = ?::uuid", connection.id());
        }
        Call later = broken.told() == Told.DEAD
                ? world.ask(world.a(), connection)
                : world.askUntilGranted(world.b(), connection, WORKS_AGAIN);
        return new Outcome(
                answer,
                took,
                status,
                refreshes,
                later,
                Duration.ofNanos(System.nanoTime() - began),
                connection,
                world.refreshes(connection));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatAProviderAnswersIsToldToWhoMustAct(Case broken) {
        // When
        Outcome outcome = OUTCOMES.get(broken.name()).join();

        // Then
        System.out.printf(
                "chaos answer %s told=%d took=%d ms again=%d ms%n",
                broken.name(),
                outcome.answer().status(),
                outcome.took().toMillis(),
                outcome.laterAfter().toMillis());
        assertThat(outcome.answer().status()).as(outcome.answer()::toString).isEqualTo(broken.told().status);
        assertThat(outcome.answer().text("action")).isEqualTo(broken.told().action);
        assertThat(outcome.took()).isLessThan(World.CALLER_DEADLINE.plus(SLACK));
        assertThat(outcome.statusAfter()).isEqualTo(broken.told() == Told.DEAD ? "error" : "active");
        assertThat(outcome.later().isGranted()).isEqualTo(broken.told() != Told.DEAD);
    }

    @Test
    void F49_aDripIsCutOffAtTheAnswersDeadline() {
        // When
        Refresh drip = OUTCOMES.get("F49_drip").join().refreshes().getFirst();

        // Then
        assertThat(drip.delivered()).isFalse();
        assertThat(Duration.ofNanos(drip.ended() - drip.began()))
                .isBetween(World.ANSWER_DEADLINE.minus(SLACK), World.ANSWER_DEADLINE.plus(SLACK));
    }

    @Test
    void F50_aLateSuccessIsKeptAndAskedForOnce() {
        // When
        Outcome outcome = OUTCOMES.get("F50_late").join();

        // Then
        assertThat(outcome.refreshes()).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(outcome.later().token())
                .isEqualTo(outcome.refreshes().getFirst().accessToken());
    }

    @Test
    void F59_theOldRefreshTokenIsKept() {
        // Given
        Connected connection = OUTCOMES.get("F59_noRefreshToken").join().connection();

        // When
        world.replicas().expire(connection);
        world.askUntilGranted(world.a(), connection, Duration.ofSeconds(5));

        // Then
        List<Refresh> refreshes = world.refreshes(connection);
        assertThat(refreshes.getLast().isGranted()).isTrue();
        assertThat(refreshes.getLast().presented())
                .isEqualTo(refreshes.getFirst().presented());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void F60_nothingMakesARefreshLoop(Case broken) {
        // Given
        Connected connection = OUTCOMES.get(broken.name()).join().connection();
        int before = world.refreshes(connection).size();

        // When
        for (int i = 0; i < 20; i++) {
            world.ask(world.a(), connection);
        }

        // Then
        assertThat(world.refreshes(connection).size() - before).isLessThanOrEqualTo(1);
        assertThat(world.refreshes(connection)).hasSizeLessThan(8);
    }

    @Test
    void F56_anAbsurdRetryAfterIsCapped() {
        // Given
        ScriptedProvider provider = world.own();
        Connected connection = world.expired(provider);
        provider.next(Endpoint.TOKEN, tooMany("86400"));

        // When
        Answer answer = world.a().agent().get("/api/apps/" + connection.id() + "/token");

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(Integer.parseInt(answer.header("Retry-After").orElse("0"))).isBetween(1, 375);
    }

    @Test
    void F58_aProvidersIncidentIsNotItsUsersDeath() {
        // Given
        ScriptedProvider provider = world.own();
        List<Connected> connections = world.connected(provider, 12);
        connections.forEach(world.replicas()::expire);
        provider.always(Endpoint.TOKEN, Script.error("invalid_grant"));

        // When
        for (int round = 0; round < 2; round++) {
            connections.forEach(each -> world.ask(world.a(), each));
        }
        long marked = connections.stream()
                .filter(each -> world.replicas().status(each).equals("error"))
                .count();
        provider.reset();

        // Then
        assertThat(marked).isLessThanOrEqualTo(4);
        // Whoever of them comes again is the probe, and what it finds is for all.
        await().atMost(WORKS_AGAIN)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> connections.stream()
                                .map(each -> world.ask(world.a(), each))
                                .filter(Call::isGranted)
                                .count()
                        == connections.size());
        assertThat(connections).allMatch(each -> world.replicas().status(each).equals("active"));
    }

    static Stream<String> othersTokens() {
        String users = "\"id\": \"U1\", \"token_type\": \"user\"";
        return Stream.of(
                "\"ok\": true, \"authed_user\": {%s, \"access_token\": \"%s\", \"refresh_token\": \"%s\", \"expires_in\": 60}"
                        .formatted(users, Canaries.fresh("access token"), Canaries.fresh("refresh token")),
                "\"ok\": true, \"authed_user\": {%s}".formatted(users),
                "\"ok\": true, \"authed_user\": {\"ok\": false, \"error\": \"invalid_refresh_token\"}",
                "\"ok\": true, \"authed_user\": null",
                "\"ok\": true");
    }

    /** As Slack answers for a bot and a person: only the bot's token is asked for here. */
    @ParameterizedTest
    @MethodSource("othersTokens")
    void F63_whatBecomesOfTheOtherCredentialInAnAnswerIsNothingToOurs(String other) {
        // Given
        ScriptedProvider workspace = world.workspace();
        workspace.reset();
        workspace.answerBesides("bot", other);
        Connected connection = world.connected(workspace);

        // When
        List<Call> calls = IntStream.range(0, 3)
                .mapToObj(each -> {
                    world.replicas().expire(connection);
                    return world.ask(each % 2 == 0 ? world.a() : world.b(), connection);
                })
                .toList();

        // Then
        List<Refresh> refreshes = world.refreshes(connection);
        assertThat(refreshes).hasSize(3).allMatch(Refresh::isGranted);
        assertThat(calls)
                .extracting(Call::token)
                .containsExactlyElementsOf(
                        refreshes.stream().map(Refresh::accessToken).toList());
        // Each rotation of ours was kept: its successor is what was presented next.
        assertThat(refreshes.stream().skip(1).map(Refresh::presented))
                .containsExactlyElementsOf(refreshes.stream()
                        .limit(2)
                        .map(refresh -> refresh.successor().orElseThrow())
                        .toList());
        assertThat(lifetime(connection)).isEqualTo(3600);
        assertThat(world.replicas().status(connection)).isEqualTo("active");
    }

    private static long lifetime(Connected connection) {
        return world
                .replicas()
                .database()
                .ask(
                        "select round(extract(epoch from access_expires_at - access_obtained_at))::bigint from credential"
                                + " where connection_id = ?::uuid",
                        connection.id())
                .stream()
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private static Script tooMany(String retryAfter) {
        return Script.answer(429, "text/plain", "", Map.of("Retry-After", retryAfter));
    }

    private static String httpDate(Duration ahead) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
    }

    private static void bomb(ScriptedProvider.Exchange exchange) throws IOException {
        exchange.answer(200, "application/json", Bomb.BYTES, Map.of("Content-Encoding", "gzip"));
    }

    private static final class Bomb {
        static final byte[] BYTES = packed();

        private static byte[] packed() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
                byte[] blanks = " ".repeat(1024).getBytes(UTF_8);
                for (int i = 0; i < BOMB / 1024; i++) {
                    zip.write(blanks);
                }
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }
    }
}
