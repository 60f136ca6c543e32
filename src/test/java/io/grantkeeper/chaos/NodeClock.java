package io.grantkeeper.chaos;

import io.grantkeeper.testing.PackagedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock of one process, set by libfaketime (Debian's package of that name). What counts time that has passed is
 * left alone, as on a machine whose clock is set.
 */
final class NodeClock {

    private static final Stream<String> PLACES = Stream.of(
            "/usr/lib/x86_64-linux-gnu/faketime",
            "/usr/lib/aarch64-linux-gnu/faketime",
            "/usr/lib64/faketime",
            "/usr/lib/faketime",
            "/usr/local/lib/faketime");

    private static final Optional<Path> LIBRARY = PLACES.map(Path::of)
            .map(folder -> folder.resolve("libfaketimeMT.so.1"))
            .filter(Files::isReadable)
            .findFirst();

    private final Path file;

    private NodeClock(Path file) {
        this.file = file;
    }

    static boolean isPossible() {
        return LIBRARY.isPresent();
    }

    /** One that is right. */
    static NodeClock right() {
        try {
            NodeClock clock = new NodeClock(
                    Files.createTempDirectory(PackagedService.logs(), "clock").resolve("offset"));
            clock.isOff(Duration.ZERO);
            return clock;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What puts a process under it. */
    Map<String, String> settings() {
        return Map.of(
                "LD_PRELOAD", LIBRARY.orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Else the JVM's timed waits end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Sets it so far off, at once. */
    void isOff(Duration by) {
        try {
            Path next = Files.writeString(file.resolveSibling("next"), "%+d%n".formatted(by.toSeconds()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
