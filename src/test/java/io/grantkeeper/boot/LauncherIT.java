package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.boot.FakeMachine.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {
    private static final Path PACKAGE = Path.of(System.getProperty("grantkeeper.package"));
    private static final Path LAUNCHER = PACKAGE.resolve("grantkeeper");
    private static final String MAIN = "io.grantkeeper.boot.Main";

    private FakeMachine machine;

    @BeforeEach
    void noJavaAtAll(@TempDir Path root) throws IOException {
        machine = new FakeMachine(root);
    }

    @Test
    void argumentsReachTheServiceAsTheyAre() throws Exception {
        // Given
        machine.jdk("usr/lib/jvm/java-21", "21.0.2");

        // When
        Outcome outcome = machine.run(LAUNCHER, "exec", "two  words", "", "*");

        // Then
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.output()).endsWith("-cp", classPath(PACKAGE), MAIN, "exec", "two  words", "", "*");
    }

    @Test
    void javaOptsComeAfterTheLaunchersOwnSoThatTheyWin() throws Exception {
        // Given
        machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        machine.set("JAVA_OPTS", "-Xmx64m -Dpattern=*");

        // When
        Outcome outcome = machine.run(LAUNCHER);

        // Then
        assertThat(outcome.output()).endsWith("-Xmx64m", "-Dpattern=*", "-cp", classPath(PACKAGE), MAIN);
    }

    @Test
    void aLinkFindsThePackageWhereverThatWasPut(@TempDir Path folder) throws Exception {
        // Given
        machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        Path moved = Files.createDirectory(folder.toRealPath().resolve("moved here"));
        for (String script : List.of("grantkeeper", "find-java.sh")) {
            Files.copy(PACKAGE.resolve(script), moved.resolve(script));
        }
        Path link = Files.createSymbolicLink(moved.resolve("link"), Path.of("grantkeeper"));
        Path command = Files.createSymbolicLink(folder.resolve("gk"), link);

        // When
        Outcome outcome = machine.run(command);

        // Then
        assertThat(outcome.output()).endsWith("-cp", classPath(moved), MAIN);
    }

    @Test
    void theLauncherBecomesTheJvmSoThatSignalsReachIt() throws Exception {
        // Given
        machine.jdk("usr/lib/jvm/java-21", "21.0.2");

        // When
        Outcome outcome = machine.run(LAUNCHER);

        // Then
        assertThat(outcome.output()).startsWith(Long.toString(outcome.pid()));
    }

    @Test
    void withoutAJavaItSaysWhatIsMissing() throws Exception {
        // When
        Outcome outcome = machine.run(LAUNCHER);

        // Then
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).first().asString().startsWith("Grantkeeper needs a Java 21 or newer");
    }

    /** Bytecode that the build has changed, before what it was made of. */
    private static String classPath(Path folder) {
        return Stream.of(
                        "quarkus/generated-bytecode.jar",
                        "quarkus/transformed-bytecode.jar",
                        "app/*",
                        "lib/boot/*",
                        "lib/main/*")
                .map(part -> folder + "/" + part)
                .collect(Collectors.joining(":"));
    }
}
