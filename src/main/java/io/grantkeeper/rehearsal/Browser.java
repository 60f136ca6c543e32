package io.grantkeeper.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A browser as far as an authorization request needs one: its user consents to everything. */
final class Browser {

    private static final int PATIENCE_MILLIS = 10_000;

    private Browser() {}

    /** What the provider sends it back with; nothing where it does not. */
    static Map<String, String> sentBack(URI location) {
        try {
            HttpURLConnection visit = (HttpURLConnection) location.toURL().openConnection();
            visit.setInstanceFollowRedirects(false);
            visit.setConnectTimeout(PATIENCE_MILLIS);
            visit.setReadTimeout(PATIENCE_MILLIS);
            try {
                return Optional.ofNullable(visit.getHeaderField("Location"))
                        .map(url -> Request.decoded(url.split("\\?", 2)[1]))
                        .orElse(Map.of());
            } finally {
                visit.disconnect();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
