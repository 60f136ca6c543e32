package io.grantkeeper.connection;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.util.UUID;
import java.util.regex.Pattern;

/** The id of a connection: a UUIDv7 (RFC 9562 §5.7). */
public record ConnectionId(UUID value) {

    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /**
     * Reads the canonical form only, since one connection must not have several addresses.
     *
     * @throws Problem not found, as for any id that nothing has
     */
    public static ConnectionId parse(String text) {
        if (!CANONICAL.matcher(text).matches()) {
            throw notFound();
        }
        return new ConnectionId(UUID.fromString(text));
    }

    /** The answer for a connection that does not exist, and for one that the caller may not see. */
    public static Problem notFound() {
        return Problem.of(ProblemCode.NOT_FOUND, "There is no such connection.");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
