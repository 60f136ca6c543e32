package io.grantkeeper.authorization;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;

/**
 * What a provider sent a browser back with (RFC 6749 §4.1.2, RFC 9207 §2).
 *
 * <p>Providers add parameters of their own, so others than the standard's are left alone, but none of the standard's is
 * doubled.
 */
record CallbackQuery(Secret state, Optional<Secret> code, Optional<String> error, Optional<String> issuer) {

    private static final int LONGEST = 16 * 1024;

    /** @throws Problem {@code invalid_request} when there is no state, or something twice, too long or not of one line */
    static CallbackQuery of(MultivaluedMap<String, String> parameters) {
        return new CallbackQuery(
                Secret.of(single(parameters, "state").orElseThrow(() -> malformed("state"))),
                single(parameters, "code").map(Secret::of),
                single(parameters, "error"),
                single(parameters, "iss"));
    }

    private static Optional<String> single(MultivaluedMap<String, String> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        boolean wellFormed = values.stream()
                .allMatch(value -> value.length() <= LONGEST && value.chars().allMatch(each -> each >= ' '));
        if (values.size() > 1 || !wellFormed) {
            throw malformed(name);
        }
        return values.stream().filter(value -> !value.isEmpty()).findFirst();
    }

    private static Problem malformed(String parameter) {
        return Problem.of(ProblemCode.INVALID_REQUEST, "What the provider sent back has no proper " + parameter + ".");
    }
}
