package io.grantkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProblemsTest {

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, UNAUTHENTICATED",
        "403, FORBIDDEN",
        "404, NOT_FOUND",
        "405, METHOD_NOT_ALLOWED",
        "406, NOT_ACCEPTABLE",
        "408, REQUEST_TIMEOUT",
        "413, CONTENT_TOO_LARGE",
        "415, UNSUPPORTED_MEDIA_TYPE",
        "417, EXPECTATION_FAILED"
    })
    void aStatusThatHttpHasStaysWhatItIs(int status, ProblemCode code) {
        assertThat(HttpProblems.of(status).code()).isEqualTo(code);
        assertThat(code.status()).isEqualTo(status);
        assertThat(HttpProblems.of(status).description()).endsWith(".");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 402, 409, 410, 418, 422, 431, 499})
    void anyOtherIsAMalformedRequest(int status) {
        assertThat(HttpProblems.of(status).code()).isEqualTo(ProblemCode.INVALID_REQUEST);
    }
}
