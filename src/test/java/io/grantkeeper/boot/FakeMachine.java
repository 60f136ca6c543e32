package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder that stands for a machine's root, on which shell scripts find no Java but those that a test installs. */
final class FakeMachine {
    /** What a script printed; {@code pid} is the process that was started for it. */
    record Outcome(long pid, int exitCode, List<String> output, List<String> errors) {}

    private static final List<String> TOOLS = List.of("sh", "cat", "dirname", "readlink", "sed", "sort");

    private final Path root;
    private final Path bin;
    private final Map<String, String> environment = new HashMap<>();

    FakeMachine(Path root) throws IOException {
        this.root = root.toRealPath();
        bin = Files.createDirectories(this.root.resolve("bin"));
        for (String tool : TOOLS) {
            script(bin.resolve(tool), "exec '%s' \"$@\"".formatted(realTool(tool)));
        }
        set("FIND_JAVA_ROOT", this.root);
        set("HOME", this.root.resolve("home"));
        set("PATH", bin);
    }

    void set(String variable, Object value) {
        environment.put(variable, value.toString());
    }

    /** Installs a JDK whose {@code java} tells its home and version when asked, else its process id and arguments. */
    @CanIgnoreReturnValue
    Path jdk(String folder, String version) throws IOException {
        Path home = root.resolve(folder);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Fake\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        script(home.resolve("bin/javac"), "exit 1");
        script(home.resolve("bin/java"), """
                if [ "$1" = -XshowSettings:properties ]; then
                  printf '    java.home = %s\\n    java.version = %s\\n' >&2
                else
                  printf '%%s\\n' $$ "$@"
                fi
                """.formatted(home, version));
        return home;
    }

    /** As a distribution does, through a chain of links. */
    void linkOnPath(Path home) throws IOException {
        Path alternative = root.resolve("alternative");
        Files.createSymbolicLink(alternative, home.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), alternative);
    }

    /** As a version manager does, by a script that starts the real one. */
    void shimOnPath(Path home) throws IOException {
        script(bin.resolve("java"), "exec '%s/bin/java' \"$@\"".formatted(home));
    }

    Outcome run(Path script, String... arguments) throws IOException, InterruptedException {
        Path errors = root.resolve("errors");
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(script.toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.pid(), process.waitFor(), output.lines().toList(), Files.readAllLines(errors));
    }

    private static Path realTool(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
