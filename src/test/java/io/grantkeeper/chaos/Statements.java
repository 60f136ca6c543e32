package io.grantkeeper.chaos;

/** The statements of a refresh, as they go over the wire. */
final class Statements {

    private Statements() {}

    /** The one that takes the lease and records the intent. */
    static boolean isIntent(String statement) {
        return statement.contains("lease_fence = lease_fence + 1");
    }

    /** The one that writes new tokens. */
    static boolean isCommit(String statement) {
        return statement.contains("version = version + 1") && statement.contains("refreshed_at = clock_timestamp()");
    }

    /** The one that writes the tokens of a new grant, in a transaction. */
    static boolean isNewCredential(String statement) {
        return statement.contains("insert into credential");
    }

    /** The one that has a session hear notices. */
    static final String LISTEN = "listen";
}
