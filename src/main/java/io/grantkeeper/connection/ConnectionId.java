package io.grantkeeper.connection;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.util.UUID;

/** The id of a connection: a UUIDv7 (RFC 9562 §5.7). */
public record ConnectionId(UUID value) {

    /**
     * Reads the canonical form only, since one connection must not have several addresses.
     *
     * @throws Problem not found, as for any id that nothing has
     */
    public static ConnectionId parse(String text) {
        ConnectionId id = new ConnectionId(uuid(text));
        if (!id.toString().equals(text)) {
            throw notFound();
        }
        return id;
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            throw notFound();
        }
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
