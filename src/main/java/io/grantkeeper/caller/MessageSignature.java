package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.MULTIPLE_SIGNATURES;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one signature of a request (RFC 9421), in the one profile that is spoken here.
 *
 * <p>The profile fixes the components, the parameters and their order, so a signature's input has exactly one form. It
 * is matched as a whole: what does not fit is refused, never interpreted.
 *
 * @param input the covered components with their parameters, as they were received and signed
 * @param coversBody whether {@code content-digest} is among the components
 */
record MessageSignature(
        String input, boolean coversBody, Instant created, String keyId, String nonce, byte[] signature) {

    private static final Pattern INPUT = Pattern.compile("""
            (?<label>[a-z*][a-z0-9_.*-]*)=\
            (?<input>\\("@method" "@authority" "@path" "@query"(?<digest> "content-digest")?\\)\
            ;created=(?<created>0|[1-9][0-9]{0,14})\
            ;keyid="(?<keyid>[!#-\\[\\]-~]{1,64})"\
            ;nonce="(?<nonce>[!#-\\[\\]-~]{1,128})"\
            ;tag="grantkeeper-v1")""");
    private static final Pattern SIGNATURE =
            Pattern.compile("(?<label>[a-z*][a-z0-9_.*-]*)=:(?<value>[A-Za-z0-9+/]{1,128}={0,2}):");

    /**
     * Reads the two fields.
     *
     * @throws Problem {@code multiple_signatures}, or {@code unauthenticated} for any but the exact profile
     */
    static MessageSignature of(List<String> signatureInput, List<String> signature) {
        if (severalMembers(signatureInput) || severalMembers(signature)) {
            throw Problem.of(MULTIPLE_SIGNATURES, "A request carries exactly one signature.");
        }
        Matcher input = INPUT.matcher(only(signatureInput));
        Matcher value = SIGNATURE.matcher(only(signature));
        if (!input.matches() || !value.matches() || !input.group("label").equals(value.group("label"))) {
            throw notTheProfile();
        }
        return new MessageSignature(
                input.group("input"),
                input.group("digest") != null,
                Instant.ofEpochSecond(Long.parseLong(input.group("created"))),
                input.group("keyid"),
                input.group("nonce"),
                decoded(value.group("value")));
    }

    /** What was signed (RFC 9421 §2.5). */
    byte[] base(RequestHead head) {
        List<String> lines = new ArrayList<>();
        lines.add(line("@method", head.method()));
        lines.add(line("@authority", head.authority()));
        lines.add(line("@path", head.path()));
        lines.add(line("@query", "?" + head.query()));
        if (coversBody) {
            lines.add(line("content-digest", String.join(", ", head.header("content-digest"))));
        }
        lines.add(line("@signature-params", input));
        return String.join("\n", lines).getBytes(UTF_8);
    }

    private static String line(String component, String value) {
        return "\"" + component + "\": " + value;
    }

    /** Whether a field has more than one line, or a comma between members: one that stands in no string. */
    private static boolean severalMembers(List<String> lines) {
        return lines.size() > 1 || only(lines).replaceAll("\"[^\"]*\"?", "").contains(",");
    }

    private static String only(List<String> lines) {
        return lines.isEmpty() ? "" : lines.getFirst();
    }

    private static byte[] decoded(String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException malformed) {
            throw notTheProfile();
        }
    }

    private static Problem notTheProfile() {
        return Problem.of(UNAUTHENTICATED, "The signature does not follow the profile grantkeeper-v1.");
    }
}
