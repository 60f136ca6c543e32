package io.grantkeeper.replica;

import java.util.Optional;
import java.util.UUID;

/** What one replica tells the others of a connection. It holds nothing but the connection's id. */
public sealed interface Notice {

    UUID connection();

    /** What is remembered of it is no longer true. The database's triggers say this too. */
    record Changed(UUID connection) implements Notice {

        @Override
        public String toString() {
            return CHANGED + " " + connection;
        }
    }

    /** Somebody waits for the refresh of it that another replica runs, and wants to hear of its end. */
    record Awaited(UUID connection) implements Notice {

        @Override
        public String toString() {
            return AWAITED + " " + connection;
        }
    }

    String CHANGED = "changed";
    String AWAITED = "awaited";

    /** Empty for what this version does not know: a newer one may say more. */
    static Optional<Notice> parse(String payload) {
        String[] words = payload.split(" ", -1);
        try {
            return switch (words[0]) {
                case CHANGED -> Optional.of(new Changed(UUID.fromString(words[1])));
                case AWAITED -> Optional.of(new Awaited(UUID.fromString(words[1])));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }
}
