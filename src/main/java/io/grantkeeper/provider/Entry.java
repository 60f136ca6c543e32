package io.grantkeeper.provider;

/** What a file of an operator's folder says. */
sealed interface Entry {

    /**
     * A provider of the operator's own.
     *
     * @param line where its id stands
     */
    record Definition(String file, int line, Provider provider) implements Entry {

        Fault fault(String reason) {
            return new Fault(file, line, reason);
        }
    }

    /** A plugin's use of a built-in provider, and where a client for it may be configured. */
    record Reference(String provider, ClientSettings clientSettings) implements Entry {}
}
