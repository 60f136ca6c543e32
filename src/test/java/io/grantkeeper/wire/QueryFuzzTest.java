package io.grantkeeper.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The strict reading of a query: what is taken was said once and means one thing, and no refusal repeats it. */
class QueryFuzzTest {

    private static final String[] ALLOWED = {"text", "flag", "number"};
    private static final Set<String> SENTENCES = Set.of(
            "There is a parameter that this address does not have. It has: text, flag, number.",
            "The parameter text stands there twice.",
            "The parameter flag stands there twice.",
            "The parameter number stands there twice.",
            "The parameter text has a value that cannot be one.",
            "The parameter flag has a value that cannot be one.",
            "The parameter number has a value that cannot be one.",
            "The parameter flag is true or false.",
            "The parameter number is a whole number from 1 to 200.");

    private record Said(Optional<String> text, boolean flag, int number) {}

    @FuzzTest
    void A129_whatIsTakenMeansOneThing(byte[] input) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        try {
            new QueryStringDecoder(new String(input, ISO_8859_1), UTF_8, false, 1024, false)
                    .parameters()
                    .forEach(parameters::put);
        } catch (IllegalArgumentException notEncoded) {
            return;
        }

        Optional<Said> said = said(parameters);

        said.ifPresent(taken -> {
            assertThat(parameters.keySet()).isSubsetOf(ALLOWED);
            assertThat(parameters.values()).allMatch(values -> values.size() == 1);
            assertThat(taken.number()).isBetween(1, 200);
            taken.text().ifPresent(text -> assertThat(text).doesNotContain("\0").hasSizeBetween(1, 8 * 1024));
            assertThat(said(printed(taken))).contains(taken);
        });
    }

    private static Optional<Said> said(MultivaluedMap<String, String> parameters) {
        try {
            Query query = Query.of(parameters, ALLOWED);
            return Optional.of(new Said(query.text("text"), query.flag("flag"), query.number("number", 1, 200, 50)));
        } catch (Problem refusal) {
            assertThat(refusal.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
            assertThat(refusal.description()).isIn(SENTENCES);
            return Optional.empty();
        }
    }

    private static MultivaluedMap<String, String> printed(Said said) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        said.text().ifPresent(text -> parameters.put("text", List.of(text)));
        parameters.put("flag", List.of(Boolean.toString(said.flag())));
        parameters.put("number", List.of(Integer.toString(said.number())));
        return parameters;
    }
}
