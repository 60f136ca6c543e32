package io.grantkeeper.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.oauth.TokenResponse.Granted;
import io.grantkeeper.oauth.TokenResponse.Refused;
import io.grantkeeper.secret.Secret;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Optional;

/**
 * Whatever a token endpoint answers is one of three things, and its tokens are ones that can be kept.
 *
 * <p>An input is three digits of a status and the body.
 */
class TokenResponsesFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 16 * 1024;
    private static final Duration LONGEST_LIFE = Duration.ofDays(3650);

    @FuzzTest
    void A134_whatIsTakenCanBeKeptAndIsReadAlikeAgain(byte[] input) {
        String text = new String(input, UTF_8);
        int status = text.matches("(?s)[1-5][0-9]{2}.*") ? Integer.parseInt(text.substring(0, 3)) : 200;
        String body = text.substring(Math.min(3, text.length()));

        TokenResponse response = TokenResponses.read(status, body);

        switch (response) {
            case Granted(TokenSet tokens) -> {
                assertThat(status / 100).isEqualTo(2);
                assertCanBeKept(tokens);
                assertIsReadAlikeAgain(tokens);
                assertPrintsWithoutItsTokens(tokens);
            }
            case Refused refused ->
                assertThat(refused.toString())
                        .isEqualTo(new Refused(refused.status(), refused.error(), "other").toString());
            case TokenResponse.Unreadable unreadable ->
                assertThat(unreadable.status()).isEqualTo(status);
        }
        assertEndsNoGrantWithoutAWord(status, response);
    }

    private static void assertCanBeKept(TokenSet tokens) {
        assertIsAToken(tokens.accessToken());
        tokens.refreshToken().ifPresent(TokenResponsesFuzzTest::assertIsAToken);
        tokens.idToken().ifPresent(TokenResponsesFuzzTest::assertIsAToken);
        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        tokens.expiresIn().ifPresent(lifetime -> assertThat(lifetime).isBetween(Duration.ofSeconds(1), LONGEST_LIFE));
        tokens.scopes()
                .ifPresent(scopes -> assertThat(scopes)
                        .noneMatch(scope -> scope.isEmpty() || scope.chars().anyMatch(Character::isISOControl)));
    }

    private static void assertIsAToken(Secret token) {
        assertThat(token.reveal().length()).isBetween(1, LONGEST);
    }

    private static void assertPrintsWithoutItsTokens(TokenSet tokens) {
        TokenSet others = new TokenSet(
                Secret.of("other"),
                tokens.tokenType(),
                tokens.expiresIn(),
                tokens.refreshToken().map(any -> Secret.of("other")),
                tokens.scopes(),
                tokens.idToken().map(any -> Secret.of("other")));
        assertThat(tokens.toString()).isEqualTo(others.toString());
    }

    private static void assertIsReadAlikeAgain(TokenSet tokens) {
        assertThat(TokenResponses.read(200, json(tokens))).isEqualTo(new Granted(tokens));
        assertThat(TokenResponses.read(200, "\uFEFF" + json(tokens))).isEqualTo(new Granted(tokens));
        if (UTF_8.newEncoder().canEncode(tokens.accessToken().reveal())) {
            assertThat(TokenResponses.read(200, form(tokens)))
                    .isEqualTo(new Granted(new TokenSet(
                            tokens.accessToken(),
                            tokens.tokenType(),
                            tokens.expiresIn(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())));
        }
    }

    private static String json(TokenSet tokens) {
        ObjectNode json = JSON.createObjectNode();
        json.put("access_token", tokens.accessToken().reveal());
        json.put("token_type", tokens.tokenType());
        tokens.expiresIn().ifPresent(lifetime -> json.put("expires_in", lifetime.toSeconds()));
        tokens.refreshExpiresIn().ifPresent(lifetime -> json.put("refresh_token_expires_in", lifetime.toSeconds()));
        tokens.refreshToken().ifPresent(token -> json.put("refresh_token", token.reveal()));
        tokens.idToken().ifPresent(token -> json.put("id_token", token.reveal()));
        tokens.scopes().ifPresent(scopes -> scopes.forEach(json.putArray("scope")::add));
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String form(TokenSet tokens) {
        return "access_token=" + URLEncoder.encode(tokens.accessToken().reveal(), UTF_8) + "&token_type=bearer"
                + tokens.expiresIn()
                        .map(lifetime -> "&expires_in=" + lifetime.toSeconds())
                        .orElse("");
    }

    /** Nor by one that came with an overloaded server's status. */
    private static void assertEndsNoGrantWithoutAWord(int status, TokenResponse response) {
        Outcome outcome = OutcomeTable.STANDARD.outcome(response, Optional.empty());
        assertThat(outcome instanceof Outcome.Granted).isEqualTo(response instanceof Granted);
        if (outcome instanceof Outcome.Dead) {
            assertThat(status / 100).isIn(2, 4);
            assertThat(status).isNotIn(408, 425, 429);
            assertThat(response).isInstanceOf(Refused.class);
            assertThat(OutcomeTable.standard(((Refused) response).error()).filter(Meaning::isDeath))
                    .isPresent();
        }
    }
}
