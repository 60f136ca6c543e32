package io.grantkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemBodyTest {

    @Test
    void aBodyHasTheFourFieldsThatEveryErrorHas() {
        assertThat(ProblemBody.of(Problem.of(ProblemCode.NOT_FOUND, "Nothing here."), "r1"))
                .containsExactly(
                        entry("error", "not_found"),
                        entry("error_description", "Nothing here."),
                        entry("action", "fix_request"),
                        entry("requestId", "r1"));
    }

    @Test
    void aBodyHasWhatTheProblemAdds() {
        // When
        Problem problem = Problem.of(ProblemCode.INSUFFICIENT_SCOPE, "Not granted.")
                .with("missing", List.of("a"))
                .with("authorizeUrl", "https://keeper.example");

        // Then
        assertThat(ProblemBody.of(problem, "r1"))
                .hasSize(6)
                .containsEntry("missing", List.of("a"))
                .containsEntry("authorizeUrl", "https://keeper.example");
    }

    @Test
    void whoeverKnowsBetterSaysWhoMustAct() {
        assertThat(ProblemBody.of(
                        Problem.of(ProblemCode.NOT_FOUND, "Not connected.").action(Action.REAUTHORIZE), "r1"))
                .containsEntry("action", "reauthorize");
    }

    @Test
    void aProblemDoesNotChange() {
        // Given
        Problem plain = Problem.of(ProblemCode.UNAVAILABLE, "Away.");

        // When
        Problem more = plain.with("a", 1).action(Action.CONTACT_OPERATOR).retryAfter(Duration.ofSeconds(2));

        // Then
        assertThat(plain.fields()).isEmpty();
        assertThat(plain.action()).isEqualTo(Action.WAIT);
        assertThat(plain.retryAfter()).isEmpty();
        assertThat(more.fields()).containsExactly(entry("a", 1));
        assertThat(more.action()).isEqualTo(Action.CONTACT_OPERATOR);
        assertThat(more.retryAfter()).contains(Duration.ofSeconds(2));
        assertThat(more.description()).isEqualTo("Away.");
    }

    @Test
    void aProblemIsAnAnswerAndNoBug() {
        assertThat(Problem.of(ProblemCode.NOT_FOUND, "Nothing here.").getStackTrace())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_request, 400, fix_request",
        "invalid_scope, 400, fix_request",
        "invalid_path, 400, fix_request",
        "endpoint_not_allowed, 400, fix_request",
        "multiple_credentials, 400, fix_request",
        "multiple_signatures, 400, fix_request",
        "state_mismatch, 400, fix_request",
        "already_used, 400, fix_request",
        "unauthenticated, 401, fix_request",
        "clock_skew, 401, fix_request",
        "replayed, 401, fix_request",
        "forbidden, 403, fix_request",
        "proxy_only, 403, fix_request",
        "endpoint_denied, 403, fix_request",
        "insufficient_scope, 403, reauthorize",
        "not_found, 404, fix_request",
        "unknown_provider, 404, fix_request",
        "method_not_allowed, 405, fix_request",
        "request_timeout, 408, fix_request",
        "provider_not_configured, 409, contact_operator",
        "ambiguous, 409, fix_request",
        "duplicate, 409, fix_request",
        "different_account, 409, fix_request",
        "connection_error, 410, reauthorize",
        "content_too_large, 413, fix_request",
        "unsupported_media_type, 415, fix_request",
        "expectation_failed, 417, fix_request",
        "import_rejected, 422, fix_request",
        "rate_limited, 429, wait",
        "server_error, 500, contact_operator",
        "refresh_unavailable, 503, wait",
        "unavailable, 503, wait"
    })
    void theCodesAreThoseOfTheContract(String error, int status, String action) {
        // When
        ProblemCode code = ProblemCode.valueOf(error.toUpperCase(Locale.ROOT));

        // Then
        assertThat(code.wireName()).isEqualTo(error);
        assertThat(code.status()).isEqualTo(status);
        assertThat(code.action().wireName()).isEqualTo(action);
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void thereAreFourWhoCanAct(Action action) {
        assertThat(Set.of("fix_request", "reauthorize", "wait", "contact_operator"))
                .contains(action.wireName());
    }
}
