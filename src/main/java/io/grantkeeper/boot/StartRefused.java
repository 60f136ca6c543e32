package io.grantkeeper.boot;

/** The service cannot start; the message tells whoever started it what to do. */
final class StartRefused extends RuntimeException {

    StartRefused(String message) {
        super(message, null, false, false);
    }
}
