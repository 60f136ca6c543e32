package io.grantkeeper.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    private final MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();

    @Test
    void aTextIsThereOrNot() {
        // Given
        parameters.add("a", " x y ");
        parameters.add("empty", "");

        // When
        Query query = Query.of(parameters, "a", "b", "empty");

        // Then
        assertThat(query.text("a")).contains(" x y ");
        assertThat(query.text("b")).isEmpty();
        assertThat(query.text("empty")).isEmpty();
        assertThat(query.requiredText("a")).isEqualTo(" x y ");
    }

    @Test
    void anUnknownParameterIsRefusedAndNotRepeated() {
        parameters.add("canary", "canary");

        assertInvalid(() -> Query.of(parameters, "a", "b"), "a, b");
    }

    @Test
    void namesAreTakenAsTheyStandThere() {
        parameters.add("Provider", "x");

        assertInvalid(() -> Query.of(parameters, "provider"), "provider");
    }

    @ParameterizedTest
    @CsvSource({"x, y", "x, x", "'', ''"})
    void A129_aParameterThatStandsThereTwiceIsRefused(String one, String other) {
        parameters.addAll("a", one, other);

        assertInvalid(() -> Query.of(parameters, "a"), "twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "empty"})
    void aMissingTextIsNamed(String name) {
        parameters.add("empty", "");
        Query query = Query.of(parameters, "b", "empty");

        assertInvalid(() -> query.requiredText(name), name);
    }

    @Test
    void A129_aTextIsBounded() {
        // Given
        parameters.add("longest", "x".repeat(8 * 1024));
        parameters.add("long", "x".repeat(8 * 1024 + 1));
        parameters.add("zero", "a\0canary");

        // When
        Query query = Query.of(parameters, "longest", "long", "zero");

        // Then
        assertThat(query.text("longest")).isPresent();
        assertInvalid(() -> query.text("long"), "long");
        assertInvalid(() -> query.text("zero"), "zero");
    }

    @Test
    void aFlagIsTrueOrFalse() {
        // Given
        parameters.add("yes", "true");
        parameters.add("no", "false");
        parameters.add("empty", "");

        // When
        Query query = Query.of(parameters, "yes", "no", "empty", "missing");

        // Then
        assertThat(query.flag("yes")).isTrue();
        assertThat(query.flag("no")).isFalse();
        assertThat(query.flag("empty")).isFalse();
        assertThat(query.flag("missing")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "TRUE", "True", "yes", "on", " true"})
    void whatLooksLikeAFlagIsNone(String value) {
        parameters.add("a", value);
        Query query = Query.of(parameters, "a");

        assertInvalid(() -> query.flag("a"), "true or false");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "200, 200", "007, 7"})
    void aNumberIsWithinItsBounds(String value, int number) {
        parameters.add("a", value);

        assertThat(Query.of(parameters, "a").number("a", 1, 200, 50)).isEqualTo(number);
    }

    @Test
    void aMissingNumberHasItsFallback() {
        assertThat(Query.of(parameters, "a").number("a", 1, 200, 50)).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "201", "-1", "+5", "1.5", "1e2", " 5", "five", "99999999999999999999", "\u0665", "0x5"})
    void A129_whatIsNoNumberWithinTheBoundsIsRefused(String value) {
        parameters.add("a", value);
        Query query = Query.of(parameters, "a");

        assertInvalid(() -> query.number("a", 1, 200, 50), "from 1 to 200");
    }

    private static void assertInvalid(ThrowingCallable call, String said) {
        assertThatExceptionOfType(Problem.class).isThrownBy(call).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
            assertThat(problem.description()).contains(said).doesNotContain("canary");
        });
    }
}
