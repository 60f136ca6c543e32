package io.grantkeeper.client;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import org.jspecify.annotations.Nullable;

/** What a client's fields may hold, wherever one is brought. */
public final class ClientFields {

    private static final int MAX_ID = 1024;
    private static final int MAX_SECRET = 16 * 1024;

    private ClientFields() {}

    /**
     * RFC 6749 appendix A.1; what the database cannot store is found out before a token is spent.
     *
     * @throws Problem {@code invalid_request}, which names the field
     */
    public static String id(@Nullable String given, String field) {
        String id = required(given, field);
        if (id.length() > MAX_ID || !id.chars().allMatch(each -> each >= ' ' && each < 0x7f)) {
            throw invalid("The field " + field + " has characters that no client id has, or too many.");
        }
        return id;
    }

    /** @throws Problem {@code invalid_request}, which names the field */
    public static Secret secret(@Nullable String given, String field) {
        String secret = required(given, field);
        if (secret.length() > MAX_SECRET) {
            throw invalid("The field " + field + " has too many characters.");
        }
        return Secret.of(secret);
    }

    private static String required(@Nullable String value, String field) {
        if (value == null || value.isBlank()) {
            throw invalid("The field " + field + " is missing.");
        }
        return value;
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }
}
