package io.grantkeeper.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Grant;
import io.grantkeeper.secret.Secret;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewConnectionTest {

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void anImportIsOfAUsersGrant() throws JsonProcessingException {
        // When
        NewConnection wanted = read("""
                {"provider": "google", "refreshToken": "1//rt", "scopes": ["b", "a"],
                 "accessToken": "at", "expiresAt": "2026-05-01T12:00:00Z",
                 "client": {"id": "cid", "secret": "cs"}}
                """);

        // Then
        assertThat(wanted.requiredProvider()).isEqualTo("google");
        assertThat(wanted.requiredGrant()).isEqualTo(Grant.AUTHORIZATION_CODE);
        assertThat(wanted.requiredRefreshToken()).isEqualTo("1//rt");
        assertThat(wanted.requestedScopes()).containsExactly("b", "a");
        assertThat(wanted.client().registration())
                .isEqualTo(new ClientRegistration("cid", Optional.of(Secret.of("cs"))));
    }

    @Test
    void aTwoLeggedConnectionIsAskedForByName() throws JsonProcessingException {
        assertThat(read("{\"provider\":\"acme\",\"grant\":\"client_credentials\"}")
                        .requiredGrant())
                .isEqualTo(Grant.CLIENT_CREDENTIALS);
        assertThat(read("{\"provider\":\"acme\",\"grant\":\"authorization_code\"}")
                        .requiredGrant())
                .isEqualTo(Grant.AUTHORIZATION_CODE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"refreshToken\":\"rt\"",
                "\"accessToken\":\"at\"",
                "\"expiresAt\":\"2026-05-01T12:00:00Z\"",
                "\"client\":{}"
            })
    void aTwoLeggedConnectionTakesNoTokens(String field) throws JsonProcessingException {
        NewConnection wanted = read("{\"provider\":\"acme\",\"grant\":\"client_credentials\"," + field + "}");

        assertInvalid(wanted::requiredGrant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "password", "Client_Credentials", "implicit"})
    void anotherGrantIsRefused(String grant) throws JsonProcessingException {
        NewConnection wanted = read("{\"provider\":\"acme\",\"grant\":\"" + grant + "\"}");

        assertInvalid(wanted::requiredGrant);
    }

    @Test
    void aBodyIsNeeded() {
        assertInvalid(() -> NewConnection.required(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"provider\":null,\"refreshToken\":null}", "{\"provider\":\" \",\"refreshToken\":\"\"}"})
    void aMissingFieldIsNamed(String body) throws JsonProcessingException {
        NewConnection wanted = read(body);

        assertInvalid(wanted::requiredProvider).contains("provider");
        assertInvalid(wanted::requiredRefreshToken).contains("refreshToken");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary\\n",
                " canary",
                "canary canary",
                "canary\\u0000",
                "canäry",
                "\\u202ecanary",
                "canary\\u007f"
            })
    void A129_aTokenWithCharactersThatNoneHasIsRefused(String token) throws JsonProcessingException {
        NewConnection wanted = read("{\"refreshToken\":\"" + token + "\"}");

        assertInvalid(wanted::requiredRefreshToken).doesNotContain("can");
    }

    @Test
    void A129_aTokenOf16KiBIsTheLongest() throws JsonProcessingException {
        String longest = "a".repeat(16 * 1024);

        assertThat(read("{\"refreshToken\":\"" + longest + "\"}").requiredRefreshToken())
                .isEqualTo(longest);
        NewConnection wanted = read("{\"refreshToken\":\"" + longest + "a\"}");
        assertInvalid(wanted::requiredRefreshToken);
    }

    @Test
    void scopesMayBeLeftOut() throws JsonProcessingException {
        assertThat(read("{}").requestedScopes()).isEmpty();
        assertThat(read("{\"scopes\":[]}").requestedScopes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[null]", "[\"a\",null]"})
    void A129_aScopeThatIsNullIsRefused(String scopes) throws JsonProcessingException {
        NewConnection wanted = read("{\"scopes\":" + scopes + "}");

        assertInvalid(wanted::requestedScopes).contains("scopes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":\"cid\"}",
                "{\"secret\":\"canary\"}",
                "{\"id\":\" \",\"secret\":\"canary\"}",
                "{\"id\":\"cid\",\"secret\":\"\"}"
            })
    void halfAClientIsRefused(String client) throws JsonProcessingException {
        NewConnection wanted = read("{\"client\":" + client + "}");

        assertInvalid(() -> wanted.client().registration()).contains("client.").doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c\\u0000", "c\\n", "c\\u0007", "ünïcode"})
    void A129_aClientIdWithCharactersThatNoneHasIsRefused(String id) throws JsonProcessingException {
        NewConnection wanted = read("{\"client\":{\"id\":\"" + id + "\",\"secret\":\"cs\"}}");

        assertInvalid(() -> wanted.client().registration()).contains("client.id");
    }

    @Test
    void I7_noSecretIsInItsText() throws JsonProcessingException {
        assertThat(read("{\"provider\":\"google\",\"refreshToken\":\"canary\",\"accessToken\":\"canary\","
                                + "\"client\":{\"id\":\"cid\",\"secret\":\"canary\"}}")
                        .toString())
                .contains("google")
                .doesNotContain("canary");
    }

    @Test
    void I7_noSecretIsInTheTextOfItsClient() throws JsonProcessingException {
        assertThat(read("{\"client\":{\"id\":\"cid\",\"secret\":\"canary\"}}")
                        .client()
                        .toString())
                .doesNotContain("canary");
    }

    @CanIgnoreReturnValue
    private static AbstractStringAssert<?> assertInvalid(ThrowingCallable call) {
        Problem[] thrown = new Problem[1];
        assertThatExceptionOfType(Problem.class).isThrownBy(call).satisfies(problem -> thrown[0] = problem);
        assertThat(thrown[0].code()).isEqualTo(ProblemCode.INVALID_REQUEST);
        return assertThat(thrown[0].description());
    }

    private static NewConnection read(String json) throws JsonProcessingException {
        return JSON.readValue(json, NewConnection.class);
    }
}
