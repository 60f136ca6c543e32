package io.grantkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.TestProviders;
import io.grantkeeper.secret.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewClientTest {

    private static final Provider ACME = TestProviders.acme();
    private static final Provider PUBLIC = TestProviders.of("""
            id: open
            name: Open
            authorization_url: https://login.open.example/authorize
            token_url: https://login.open.example/token
            client_auth: none
            """);

    @Test
    void anIdAndASecretAreAClient() {
        assertThat(new NewClient("ours", "hush").registration(ACME))
                .isEqualTo(new ClientRegistration("ours", Optional.of(Secret.of("hush"))));
    }

    @Test
    void aPublicClientNeedsNoSecretAndKeepsOneThatItHas() {
        assertThat(new NewClient("ours", null).registration(PUBLIC).secret()).isEmpty();
        assertThat(new NewClient("ours", "hush").registration(PUBLIC).secret()).contains(Secret.of("hush"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void anyOtherClientNeedsOne(@Nullable String secret) {
        assertRefused(new NewClient("ours", secret), "secret");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "ours\n", "öurs", "ours\0", "o\tu"})
    void anIdHasTheCharactersOfOne(@Nullable String id) {
        assertRefused(new NewClient(id, "hush"), "id");
    }

    @Test
    void whereASecretIsMadeWithAKeyOfTheOperatorsNobodyElseBringsOne() {
        // Given
        Provider signing = TestProviders.of("""
                id: signing
                name: Signing
                authorization_url: https://login.signing.example/authorize
                token_url: https://login.signing.example/token
                client_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 60}
                """);

        // Then
        assertThatThrownBy(() -> new NewClient("ours", "hush").registration(signing))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
                    assertThat(problem.description())
                            .contains("a key that goes with settings of the operator's")
                            .doesNotContain("hush");
                });
    }

    @Test
    void neitherIsEndless() {
        assertRefused(new NewClient("x".repeat(1025), "hush"), "id");
        assertRefused(new NewClient("ours", "x".repeat(16 * 1024 + 1)), "secret");
    }

    @Test
    void itsSecretIsNotPrinted() {
        assertThat(new NewClient("ours", "hush")).hasToString("NewClient[id=ours]");
    }

    private static void assertRefused(NewClient client, String field) {
        assertThatThrownBy(() -> client.registration(ACME)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
            assertThat(problem.getMessage()).contains("field " + field);
        });
    }
}
