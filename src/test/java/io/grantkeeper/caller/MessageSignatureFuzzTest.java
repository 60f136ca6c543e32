package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.vertx.core.MultiMap;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parser of signatures against the profile's grammar, written down once more as a regular expression.
 *
 * <p>An input is the lines of {@code Signature-Input}, an empty line, and those of {@code Signature}.
 */
class MessageSignatureFuzzTest {

    private static final Set<ProblemCode> REFUSALS =
            Set.of(ProblemCode.UNAUTHENTICATED, ProblemCode.MULTIPLE_SIGNATURES);
    private static final Set<String> SENTENCES = Set.of(
            "The signature does not follow the profile grantkeeper-v1.", "A request carries exactly one signature.");

    private static final String LABEL = "([a-z*][a-z0-9_.*-]*)";
    private static final String PRINTABLE = "[!#-\\[\\]-~]";
    private static final Pattern INPUT = Pattern.compile(LABEL
            + "=(\\(\"@method\" \"@authority\" \"@path\" \"@query\"( \"content-digest\")?\\)"
            + ";created=(0|[1-9][0-9]{0,14});keyid=\"(" + PRINTABLE + "{1,64})\";nonce=\"(" + PRINTABLE + "{1,128})\""
            + ";tag=\"grantkeeper-v1\")");
    private static final Pattern VALUE = Pattern.compile(LABEL + "=:([A-Za-z0-9+/]{1,128}={0,2}):");

    @FuzzTest
    void A65_A68_whatIsTakenIsOfTheProfile(byte[] input) {
        String[] fields = new String(input, ISO_8859_1).split("\n\n", 2);
        List<String> inputs = lines(fields[0]);
        List<String> values = fields.length > 1 ? lines(fields[1]) : List.of();

        Optional<MessageSignature> read = read(inputs, values);

        assertThat(read.isPresent()).isEqualTo(isOfTheProfile(inputs, values));
        read.ifPresent(signature -> {
            assertThat(printed(signature)).isEqualTo(signature.input());
            assertThat(inputs).singleElement().asString().endsWith("=" + signature.input());
            assertThat(read(List.of("again=" + printed(signature)), List.of("again=:" + base64(signature) + ":")))
                    .get()
                    .usingRecursiveComparison()
                    .isEqualTo(signature);
            assertBaseHasALineForEachComponent(signature);
        });
    }

    private static Optional<MessageSignature> read(List<String> inputs, List<String> values) {
        try {
            return Optional.of(MessageSignature.of(inputs, values));
        } catch (Problem refusal) {
            assertThat(refusal.code()).isIn(REFUSALS);
            assertThat(refusal.description()).isIn(SENTENCES);
            assertThat(refusal.fields()).isEmpty();
            return Optional.empty();
        }
    }

    private static boolean isOfTheProfile(List<String> inputs, List<String> values) {
        if (inputs.size() != 1 || values.size() != 1) {
            return false;
        }
        Matcher input = INPUT.matcher(inputs.getFirst());
        Matcher value = VALUE.matcher(values.getFirst());
        return input.matches() && value.matches() && input.group(1).equals(value.group(1)) && isBase64(value.group(2));
    }

    private static String printed(MessageSignature signature) {
        return "(\"@method\" \"@authority\" \"@path\" \"@query\""
                + (signature.coversBody() ? " \"content-digest\"" : "")
                + ");created=" + signature.created().getEpochSecond() + ";keyid=\"" + signature.keyId() + "\";nonce=\""
                + signature.nonce() + "\";tag=\"grantkeeper-v1\"";
    }

    /** Nothing of a message can add a line, which would be another component's. */
    private static void assertBaseHasALineForEachComponent(MessageSignature signature) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-digest", "sha-256=:AA==:");
        RequestHead head = new RequestHead("GET", "keeper.example", "/", "", headers);
        String[] base = new String(signature.base(head), ISO_8859_1).split("\\R", -1);
        assertThat(base).hasSize(signature.coversBody() ? 6 : 5);
        assertThat(base[base.length - 1]).isEqualTo("\"@signature-params\": " + signature.input());
    }

    private static String base64(MessageSignature signature) {
        return Base64.getEncoder().encodeToString(signature.signature());
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static List<String> lines(String field) {
        return field.isEmpty() ? List.of() : List.of(field.split("\n", -1));
    }
}
