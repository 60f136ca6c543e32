package io.grantkeeper.registry;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be connected, as users and agents are told. */
class ProvidersIT {

    private static final String PROVIDERS = "/api/apps/providers";

    private OperatorsService operators;
    private TestUser user;

    @BeforeEach
    void aUser() {
        operators = OperatorsService.get();
        user = operators.user();
    }

    @Test
    void usersAndAgentsAreToldTheSameInTheOrderOfNames() {
        // When
        Answer toUser = user.api().get(PROVIDERS);
        Answer toAgent = user.agent("proxy").api().get(PROVIDERS);

        // Then
        assertThat(toUser.status()).isEqualTo(200);
        assertThat(toAgent.body()).isEqualTo(toUser.body());
        List<String> names = toUser.json()
                .valueStream()
                .map(each -> each.path("displayName").asText())
                .toList();
        assertThat(names)
                .contains("GitHub", "Google Workspace", "Spotify", "Acme", "The plain provider")
                .isSortedAccordingTo(Comparator.comparing(name -> name.toLowerCase(Locale.ROOT)));
    }

    @Test
    void A120_aProviderHasItsFieldsAndNoEndpointNorSecret() {
        // When
        Answer answer = user.api().get(PROVIDERS);

        // Then
        assertThat(answer.json())
                .allSatisfy(provider -> assertThat(provider.fieldNames())
                        .toIterable()
                        .filteredOn(field -> !field.equals("skill"))
                        .containsExactlyInAnyOrder(
                                "provider",
                                "displayName",
                                "description",
                                "envVar",
                                "accountEnvVar",
                                "tool",
                                "exampleCommand",
                                "tokenLifetime",
                                "scopePicker",
                                "requiredScopes",
                                "scopeLabels",
                                "connectionFields",
                                "apiBaseUrls",
                                "configured"));
        assertThat(answer.body())
                .doesNotContain(
                        operators.telling().url() + "/authorize",
                        operators.telling().url() + "/token",
                        operators.telling().url() + "/revoke",
                        operators.telling().url() + "/userinfo",
                        "grantkeeper-at-")
                .doesNotContain(operators.telling().settings().get("GRANTKEEPER_TELLING_CLIENT_SECRET"));
    }

    @Test
    void whatHasAClientHereIsConfigured() {
        // When
        JsonNode providers = user.api().get(PROVIDERS).json();

        // Then
        assertThat(providers)
                .filteredOn(provider -> provider.path("configured").asBoolean())
                .extracting(provider -> provider.path("provider").asText())
                .containsExactlyInAnyOrder("acme", "telling", "plain", "aliased", "shops", "signed", "bare");
    }

    @Test
    void anAnswerAtHandIsNotSentAgain() {
        // Given
        Answer first = user.api().get(PROVIDERS);
        String tag = first.header("ETag").orElseThrow();

        // When
        Answer again = user.api().send("GET", PROVIDERS, "", "If-None-Match", tag);

        // Then
        assertThat(first.header("Cache-Control")).contains("private, max-age=300");
        assertThat(tag).startsWith("\"");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.header("ETag")).contains(tag);
    }

    @Test
    void nobodyIsToldAnything() {
        // When
        Answer answer = operators.process().nobody().get(PROVIDERS);

        // Then
        assertProblem(answer, 401, "unauthenticated", "fix_request");
    }

    @Test
    void aParameterIsRefused() {
        // When
        Answer answer = user.api().get(PROVIDERS + "?colour=blue");

        // Then
        assertProblem(answer, 400, "invalid_request", "fix_request");
    }
}
