package io.grantkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Signals to processes, sent when the method returns. */
public final class Signals {

    private Signals() {}

    /** Freezes processes where they are: their sockets stay open, and nobody reads them. */
    public static void stop(long... processes) {
        send("STOP", processes);
    }

    public static void resume(long... processes) {
        send("CONT", processes);
    }

    /** At once, also a process that is frozen. */
    public static void kill(long process) {
        ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Lets files that these processes write be no longer than this, until they end. */
    public static void limitFiles(long bytes, long... processes) {
        for (long process : processes) {
            run(List.of("prlimit", "--pid=" + process, "--fsize=" + bytes + ":"));
        }
    }

    private static void send(String signal, long... processes) {
        List<String> command = Stream.concat(
                        Stream.of("kill", "-" + signal),
                        LongStream.of(processes).mapToObj(Long::toString))
                .toList();
        run(command);
    }

    private static void run(List<String> command) {
        try {
            // Whoever is gone by now needs nothing.
            new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
