package io.grantkeeper.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionIdTest {

    private static final String ID = "0190a000-0000-7000-8000-00000000000f";

    @Test
    void anIdIsReadAsItIsWritten() {
        assertThat(ConnectionId.parse(ID)).hasToString(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0190A000-0000-7000-8000-00000000000F",
                "0190a00000007000800000000000000f",
                "{0190a000-0000-7000-8000-00000000000f}",
                "urn:uuid:0190a000-0000-7000-8000-00000000000f",
                "190a000-0-7000-8000-f",
                " 0190a000-0000-7000-8000-00000000000f",
                "0190a000-0000-7000-8000-00000000000f\n",
                "0190a000-0000-7000-8000-00000000000g",
                "0190a000-0000-7000-8000-00000000000f0",
                "../connections"
            })
    void anotherFormIsNoAddressOfIt(String text) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> ConnectionId.parse(text))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.NOT_FOUND))
                .withMessage(ConnectionId.notFound().description());
    }
}
