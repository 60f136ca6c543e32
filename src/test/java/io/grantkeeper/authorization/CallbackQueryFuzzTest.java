package io.grantkeeper.authorization;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import io.netty.handler.codec.http.QueryStringDecoder;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What comes back from a provider, as the HTTP server decodes it. */
class CallbackQueryFuzzTest {

    private static final List<String> NAMES = List.of("state", "code", "error", "iss");
    private static final Set<String> SENTENCES = NAMES.stream()
            .map(name -> "What the provider sent back has no proper " + name + ".")
            .collect(Collectors.toSet());

    @FuzzTest
    void A19_A31_whatIsTakenStandsThereOnce(byte[] input) {
        String query = new String(input, ISO_8859_1);
        Optional<MultivaluedMap<String, String>> parameters = decoded(query);
        if (parameters.isEmpty()) {
            return;
        }

        Optional<CallbackQuery> read = read(parameters.get());

        assertThat(read.isPresent()).isEqualTo(isProper(parameters.get()));
        read.ifPresent(taken -> {
            assertThat(read(decoded(printed(taken)).orElseThrow())).contains(taken);
            assertThat(taken.toString())
                    .isEqualTo(new CallbackQuery(
                                    Secret.of("other"),
                                    taken.code().map(any -> Secret.of("other")),
                                    taken.error(),
                                    taken.issuer())
                            .toString());
        });
    }

    /** Empty where it is refused, in words that hold nothing of it. */
    private static Optional<CallbackQuery> read(MultivaluedMap<String, String> parameters) {
        try {
            return Optional.of(CallbackQuery.of(parameters));
        } catch (Problem refusal) {
            assertThat(refusal.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
            assertThat(refusal.description()).isIn(SENTENCES);
            return Optional.empty();
        }
    }

    private static boolean isProper(MultivaluedMap<String, String> parameters) {
        return NAMES.stream()
                        .map(name -> parameters.getOrDefault(name, List.of()))
                        .allMatch(values -> values.size() <= 1
                                && values.stream().allMatch(value -> value.matches("[^\\x00-\\x1f]{0,16384}")))
                && !parameters.getOrDefault("state", List.of("")).getFirst().isEmpty();
    }

    private static String printed(CallbackQuery query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("state", query.state().reveal());
        query.code().ifPresent(code -> parameters.put("code", code.reveal()));
        query.error().ifPresent(error -> parameters.put("error", error));
        query.issuer().ifPresent(issuer -> parameters.put("iss", issuer));
        return Stream.concat(parameters.entrySet().stream(), Stream.of(Map.entry("session_state", "theirs")))
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Empty where the server refuses it by itself. */
    private static Optional<MultivaluedMap<String, String>> decoded(String query) {
        try {
            MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
            new QueryStringDecoder(query, UTF_8, false, 1024, false)
                    .parameters()
                    .forEach(parameters::put);
            return Optional.of(parameters);
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }
}
