package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Collects the command lines and environments of all processes, as fast as it can. */
final class ProcessWatch {

    private static final Path PROCESSES = Path.of("/proc");

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::watch, "process watch");
    private volatile boolean stopped;

    /** Only Linux shows processes as files. */
    static boolean isPossible() {
        return Files.exists(PROCESSES.resolve("self/environ"));
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    Set<String> seen() {
        return seen;
    }

    private void watch() {
        while (isPossible() && !stopped) {
            lookOnce();
        }
    }

    private void lookOnce() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                note(process.resolve("cmdline"));
                note(process.resolve("environ"));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void note(Path file) {
        try {
            seen.add(Files.readString(file, ISO_8859_1));
        } catch (IOException ended) {
            // Or of a user whose processes are not shown to us.
        }
    }
}
