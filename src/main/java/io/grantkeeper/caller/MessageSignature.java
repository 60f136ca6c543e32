package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.MULTIPLE_SIGNATURES;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The one signature of a request (RFC 9421), in the one profile that is spoken here.
 *
 * <p>The profile fixes the components, the parameters and their order, so a signature's input has exactly one form. It
 * is read as a whole: what does not fit is refused, never interpreted.
 *
 * @param input the covered components with their parameters, as they were received and signed
 * @param coversBody whether {@code content-digest} is among the components
 */
record MessageSignature(
        String input, boolean coversBody, Instant created, String keyId, String nonce, byte[] signature) {

    private static final int LONGEST_CREATED = 15;
    private static final int LONGEST_KEY_ID = 64;
    private static final int LONGEST_NONCE = 128;
    private static final int LONGEST_SIGNATURE = 128;

    /** The parts of {@code Signature-Input}. */
    private record Input(String label, String text, boolean coversBody, Instant created, String keyId, String nonce) {

        static Input read(FieldReader field) {
            String label = readLabel(field);
            field.literal("=");
            int begin = field.position();
            field.literal("(\"@method\" \"@authority\" \"@path\" \"@query\"");
            boolean coversBody = field.skip(" \"content-digest\"");
            field.literal(");created=");
            Instant created = readCreated(field);
            field.literal(";keyid=\"");
            String keyId = field.some(MessageSignature::isPrintable, LONGEST_KEY_ID);
            field.literal("\";nonce=\"");
            String nonce = field.some(MessageSignature::isPrintable, LONGEST_NONCE);
            field.literal("\";tag=\"grantkeeper-v1\"");
            field.end();
            return new Input(label, field.from(begin), coversBody, created, keyId, nonce);
        }
    }

    /** The parts of {@code Signature}. */
    private record Value(String label, byte[] bytes) {

        static Value read(FieldReader field) {
            String label = readLabel(field);
            field.literal("=:");
            String digits = field.some(MessageSignature::isBase64, LONGEST_SIGNATURE);
            String padding = field.skip("==") ? "==" : field.skip("=") ? "=" : "";
            field.literal(":");
            field.end();
            return new Value(label, decoded(digits + padding));
        }
    }

    /**
     * Reads the two fields.
     *
     * @throws Problem {@code multiple_signatures}, or {@code unauthenticated} for any but the exact profile
     */
    static MessageSignature of(List<String> signatureInput, List<String> signature) {
        if (severalMembers(signatureInput) || severalMembers(signature)) {
            throw Problem.of(MULTIPLE_SIGNATURES, "A request carries exactly one signature.");
        }
        Input input = Input.read(reader(signatureInput));
        Value value = Value.read(reader(signature));
        if (!input.label().equals(value.label())) {
            throw notTheProfile();
        }
        return new MessageSignature(
                input.text(), input.coversBody(), input.created(), input.keyId(), input.nonce(), value.bytes());
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

    private static FieldReader reader(List<String> lines) {
        return new FieldReader(only(lines), MessageSignature::notTheProfile);
    }

    private static String readLabel(FieldReader field) {
        String label = field.some(MessageSignature::isOfLabel, Integer.MAX_VALUE);
        if (!isFirstOfLabel(label.charAt(0))) {
            throw notTheProfile();
        }
        return label;
    }

    /** A number has one form: no zero stands before it. */
    private static Instant readCreated(FieldReader field) {
        String digits = field.some(MessageSignature::isDigit, LONGEST_CREATED);
        if (digits.length() > 1 && digits.startsWith("0")) {
            throw notTheProfile();
        }
        return Instant.ofEpochSecond(Long.parseLong(digits));
    }

    /** The key of a dictionary (RFC 8941 §3.1.2). */
    private static boolean isOfLabel(int character) {
        return isFirstOfLabel(character) || isDigit(character) || "_.-".indexOf(character) >= 0;
    }

    private static boolean isFirstOfLabel(int character) {
        return (character >= 'a' && character <= 'z') || character == '*';
    }

    /** What stands in a string for itself (RFC 8941 §3.3.3), but for the blank. */
    private static boolean isPrintable(int character) {
        return character > ' ' && character <= '~' && character != '"' && character != '\\';
    }

    private static boolean isBase64(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || isDigit(character)
                || character == '+'
                || character == '/';
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    /** Whether a field has more than one line, or a comma between members: one that stands in no string. */
    private static boolean severalMembers(List<String> lines) {
        return lines.size() > 1 || hasCommaOutsideStrings(only(lines));
    }

    private static boolean hasCommaOutsideStrings(String line) {
        boolean inString = false;
        for (int i = 0; i < line.length(); i++) {
            char character = line.charAt(i);
            if (character == ',' && !inString) {
                return true;
            }
            inString ^= character == '"';
        }
        return false;
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
