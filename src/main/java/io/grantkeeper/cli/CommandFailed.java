package io.grantkeeper.cli;

/** A command did not do what it was to do; the message tells whoever typed it. */
public final class CommandFailed extends RuntimeException {

    CommandFailed(String message) {
        super(message, null, false, false);
    }
}
