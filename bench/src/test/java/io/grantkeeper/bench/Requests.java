package io.grantkeeper.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grantkeeper.testing.MessageSigner;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Requests as they go over the wire, written to files that {@code replay.lua} reads. */
final class Requests {

    static final String BARE = "/bench/bare";
    private static final int COPIES = 10_000;

    private final Path folder;

    Requests(Path folder) {
        this.folder = folder;
    }

    /** @param length of each request in the file */
    record Recorded(URI target, Path file, int length) {}

    /** Signed now, each once, for all of the site's connections in turn. */
    Recorded hot(Site site, int count) {
        return record(site, "hot", count, turn -> signed(site, turn));
    }

    /** The same headers in length and number, under names that say nothing to the service. */
    Recorded bare(Site site) {
        String bare = text(
                        BARE, site.url(), site.agents().getFirst(), site.connections().getFirst())
                .replace("\r\nSignature", "\r\nXignature");
        return record(site, "bare", COPIES, turn -> bare);
    }

    private static String signed(Site site, int turn) {
        String connection = site.connections().get(turn % site.connections().size());
        List<MessageSigner> agents = site.agents();
        return text("/api/apps/" + connection + "/token", site.url(), agents.get(turn % agents.size()), connection);
    }

    private static String text(String path, URI base, MessageSigner signer, String connection) {
        StringBuilder text =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + base.getRawAuthority() + "\r\n");
        signer.headers(
                        "GET",
                        base.resolve("/api/apps/" + connection + "/token"),
                        new byte[0],
                        Instant.now(),
                        UUID.randomUUID().toString())
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }

    private interface Source {
        String request(int turn);
    }

    private Recorded record(Site site, String what, int count, Source source) {
        Path file = folder.resolve(site.name() + "-" + what + ".requests");
        int length = source.request(0).length();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int turn = 0; turn < count; turn++) {
                byte[] request = source.request(turn).getBytes(US_ASCII);
                if (request.length != length) {
                    throw new IllegalStateException("requests of several lengths");
                }
                out.write(request);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Recorded(site.url(), file, length);
    }
}
