package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's own programs, each run within a time limit and without Grantkeeper's environment. */
final class PostgresPrograms {

    private static final Duration AT_ONCE = Duration.ofSeconds(10);
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Pattern UNQUOTABLE = Pattern.compile("[\"$`\\\\\\n]");

    private final Path folder;
    private final List<String> launcher;

    private PostgresPrograms(Path folder, List<String> launcher) {
        this.folder = folder;
        this.launcher = launcher;
    }

    static PostgresPrograms in(Path folder) throws IOException {
        requireQuotable(folder);
        PostgresPrograms asOurselves = new PostgresPrograms(folder, List.of());
        return HomeFolder.isRoot() ? asOurselves.withoutRoot() : asOurselves;
    }

    /** The programs call one another through a shell, with their paths in double quotes and nothing escaped. */
    private static void requireQuotable(Path folder) {
        if (UNQUOTABLE.matcher(folder.toString()).find()) {
            throw new EmbeddedDatabaseException(
                    "PostgreSQL cannot work in %s: a folder above it has a character in its name that a shell expands."
                            .formatted(folder));
        }
    }

    /** PostgreSQL refuses to run as root. In a user namespace it owns root's files and is nobody all the same. */
    private PostgresPrograms withoutRoot() throws IOException {
        List<String> unshare = List.of("unshare", "--user");
        if (!isPossible(unshare)) {
            throw new EmbeddedDatabaseException("PostgreSQL does not run as root, and this system does not let root"
                    + " step down (unshare --user). Run Grantkeeper as another user, or set GRANTKEEPER_DATABASE_URL.");
        }
        return new PostgresPrograms(folder, unshare);
    }

    private boolean isPossible(List<String> unshare) {
        try {
            return execute(AT_ONCE, Stream.concat(unshare.stream(), Stream.of("true")))
                    .succeeded();
        } catch (IOException notInstalled) {
            return false;
        }
    }

    int majorVersion() {
        Outcome outcome = version();
        Matcher version = VERSION.matcher(outcome.output());
        if (!outcome.succeeded() || !version.find()) {
            throw doNotRun(outcome.output(), null);
        }
        return Integer.parseInt(version.group(1));
    }

    private Outcome version() {
        try {
            return run(AT_ONCE, "postgres", "--version");
        } catch (IOException e) {
            throw doNotRun(e.getMessage(), e);
        }
    }

    private static EmbeddedDatabaseException doNotRun(@Nullable String reason, @Nullable Throwable cause) {
        return new EmbeddedDatabaseException(
                ("The PostgreSQL that comes with Grantkeeper does not run on this system (%s)."
                                + " Set GRANTKEEPER_DATABASE_URL to a PostgreSQL of your own.")
                        .formatted(reason),
                cause);
    }

    Outcome run(Duration limit, String program, String... arguments) throws IOException {
        String executable = folder.resolve("bin").resolve(program).toString();
        return execute(
                limit,
                Stream.of(launcher.stream(), Stream.of(executable), Stream.of(arguments))
                        .flatMap(parts -> parts));
    }

    private Outcome execute(Duration limit, Stream<String> command) throws IOException {
        Process process = inCleanEnvironment(command.toList()).start();
        try {
            if (!process.waitFor(limit.toSeconds(), SECONDS)) {
                throw new EmbeddedDatabaseException("A program of PostgreSQL did not end within %d seconds: %s"
                        .formatted(
                                limit.toSeconds(), process.info().commandLine().orElse("?")));
            }
            return new Outcome(
                    process.exitValue(), new String(process.getInputStream().readAllBytes(), UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedDatabaseException("The wait for PostgreSQL was interrupted.", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Grantkeeper's environment may hold client secrets, and variables by which PostgreSQL is configured. */
    private ProcessBuilder inCleanEnvironment(List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /** How a program ended, with what it said. */
    record Outcome(int exitCode, String output) {

        boolean succeeded() {
            return exitCode == 0;
        }
    }
}
