package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

final class Refusals {

    private Refusals() {}

    /** Asserts that a call is refused with this code, and gives the refusal for a closer look. */
    @CanIgnoreReturnValue
    static Problem assertRefused(ProblemCode code, ThrowingCallable call) {
        Problem refusal = catchThrowableOfType(Problem.class, call);
        assertThat(refusal).isNotNull().extracting(Problem::code).isEqualTo(code);
        return refusal;
    }
}
