package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other programs of this machine. */
public final class Program {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Program() {}

    /** Where the first of these is that is on the path. */
    public static Optional<Path> find(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the tests where one of these is missing; where the variable says {@code required}, fails them. */
    public static void need(String variable, String... names) {
        List<String> missing =
                Stream.of(names).filter(name -> find(name).isEmpty()).toList();
        if ("required".equals(System.getenv(variable))) {
            assertThat(missing).as("programs that are not on the path").isEmpty();
        }
        assumeTrue(missing.isEmpty(), "Not tried, since they are not installed: " + String.join(", ", missing));
    }

    /** How a program ended. */
    public record Ended(int code, String output, String errors) {

        /** Its output may hold a token. */
        @Override
        public String toString() {
            return "exit " + code + ": " + errors;
        }
    }

    /** Runs a program to its end, with these variables besides those that are there. */
    public static Ended run(Path folder, Map<String, String> environment, String... command) {
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            Path errors = Files.createTempFile(folder, "errors", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            int code = ended(builder.start());
            Ended ended = new Ended(code, Files.readString(output, UTF_8), Files.readString(errors, UTF_8));
            Files.delete(output);
            Files.delete(errors);
            return ended;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int ended(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("not ended within " + PATIENCE);
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } finally {
            process.destroyForcibly();
        }
    }
}
