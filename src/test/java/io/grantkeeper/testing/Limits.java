package io.grantkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What a running process may have, as {@code prlimit} sets it; what it has already it keeps. */
public final class Limits {

    private Limits() {}

    /** From now on it opens neither a file nor a socket, also where it closes another. */
    public static void noMoreFiles(long process) {
        files(process, 1);
    }

    public static void files(long process, int count) {
        set("--nofile=" + count + ":", process);
    }

    /** From now on it gets no memory: no heap to grow into, no stack for a thread. A JVM does not outlive that for long. */
    public static void noMoreMemory(long process) {
        set("--as=1:", process);
    }

    private static void set(String limit, long process) {
        try {
            int code = new ProcessBuilder("prlimit", "--pid", Long.toString(process), limit)
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("prlimit " + limit + ": exit " + code);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
