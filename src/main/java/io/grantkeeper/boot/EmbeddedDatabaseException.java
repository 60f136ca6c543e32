package io.grantkeeper.boot;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL cannot be used; the message is a sentence for the person who starts Grantkeeper. */
final class EmbeddedDatabaseException extends RuntimeException {

    EmbeddedDatabaseException(String message) {
        super(message);
    }

    EmbeddedDatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
