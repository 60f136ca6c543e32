package io.grantkeeper.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Error answers, which have one shape: that of RFC 6749 §5.2 and two fields more, and the fields of the error itself. */
public final class Problems {

    private Problems() {}

    /** Asserts that this is what was answered, with these fields besides the four of every error and no others. */
    public static void assertProblem(Answer answer, int status, String error, String action, String... fields) {
        List<String> all = new ArrayList<>(List.of("error", "error_description", "action", "requestId"));
        all.addAll(List.of(fields));
        assertThat(answer.status()).as(answer::toString).isEqualTo(status);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("application/json");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.json().fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(all);
        assertThat(answer.text("error")).isEqualTo(error);
        assertThat(answer.text("error_description")).isNotBlank();
        assertThat(answer.text("action")).isEqualTo(action);
        assertThat(answer.text("requestId")).matches("[0-9a-f]{16}");
    }

    /** Asserts that this is a page which tells a person that nothing was connected. */
    public static void assertFailurePage(Answer answer, int status) {
        assertThat(answer.status()).as(answer::toString).isEqualTo(status);
        assertPage(answer, "failed");
        assertThat(answer.body()).contains("<h1>Not connected</h1>");
    }

    /** Asserts that this is the page at the end of a flow, and that it can neither be framed, stored nor scripted. */
    public static void assertPage(Answer answer, String status) {
        assertThat(answer.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(answer.body()).contains("data-status=\"" + status + "\"");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Referrer-Policy")).contains("no-referrer");
        assertThat(answer.header("X-Frame-Options")).contains("DENY");
        assertThat(answer.header("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'nonce-")
                .doesNotContain("unsafe");
    }
}
