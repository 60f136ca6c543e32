package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.boot.FakeMachine.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindJavaTest {
    private static final Path SCRIPT = Path.of(".mvn/find-java.sh").toAbsolutePath();

    private FakeMachine machine;

    @BeforeEach
    void noJavaAtAll(@TempDir Path root) throws IOException {
        machine = new FakeMachine(root);
    }

    @Test
    void javaHomeComesFirst() throws Exception {
        // Given
        Path chosen = machine.jdk("my jdk", "21.0.2");
        machine.set("JAVA_HOME", chosen);
        machine.linkOnPath(machine.jdk("opt/java/other", "25"));

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, chosen);
    }

    @Test
    void aJavaHomeThatIsTooOldIsPassedOverWithALine() throws Exception {
        // Given
        Path old = machine.jdk("usr/lib/jvm/java-17", "17.0.15");
        Path installed = machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        machine.set("JAVA_HOME", old);

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertThat(outcome.output()).containsExactly(installed.toString());
        assertThat(outcome.errors())
                .containsExactly("JAVA_HOME (%s) is not a JDK 21 or newer; using %s".formatted(old, installed));
    }

    @Test
    void aJavaHomeThatIsNotThereIsPassedOver() throws Exception {
        // Given
        Path installed = machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        machine.set("JAVA_HOME", installed.resolveSibling("removed"));

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertThat(outcome.output()).containsExactly(installed.toString());
    }

    @Test
    void aRuntimeWithoutACompilerDoesNotBuild() throws Exception {
        // Given
        machine.set("JAVA_HOME", jre("usr/lib/jvm/jre-25", "25.0.3"));
        Path jdk = machine.jdk("usr/lib/jvm/jdk-21", "21.0.2");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertThat(outcome.output()).containsExactly(jdk.toString());
    }

    @Test
    void aRuntimeIsEnoughToRunOn() throws Exception {
        // Given
        Path jre = jre("usr/lib/jvm/jre-25", "25.0.3");
        machine.set("JAVA_HOME", jre);

        // When
        Outcome outcome = machine.run(SCRIPT, "java");

        // Then
        assertFoundQuietly(outcome, jre);
    }

    @Test
    void theJavaOnThePathComesBeforeANewerOneInstalled() throws Exception {
        // Given
        Path onPath = machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        machine.linkOnPath(onPath);
        machine.jdk("usr/lib/jvm/java-25", "25.0.3");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, onPath);
    }

    @Test
    void aShimOnThePathIsAskedForItsHome() throws Exception {
        // Given
        Path managed = machine.jdk("managed", "21.0.2");
        machine.shimOnPath(managed);

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, managed);
    }

    @Test
    void anOldJavaOnThePathIsPassedOverWithoutAWord() throws Exception {
        // Given
        machine.linkOnPath(machine.jdk("usr/lib/jvm/java-8", "1.8.0_392"));
        Path installed = machine.jdk("usr/lib/jvm/java-21", "21");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, installed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr/lib/jvm/java-21",
                "opt/java/openjdk",
                "opt/homebrew/opt/openjdk@21/libexec/openjdk.jdk/Contents/Home",
                "usr/local/opt/openjdk/libexec/openjdk.jdk/Contents/Home",
                "Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home",
                "home/Library/Java/JavaVirtualMachines/corretto 21/Contents/Home",
                "home/.sdkman/candidates/java/21.0.2-tem",
                "home/.jdks/temurin-21.0.2"
            })
    void theUsualPlacesAreSearched(String place) throws Exception {
        // Given
        Path installed = machine.jdk(place, "21.0.2");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, installed);
    }

    @Test
    void theNewestUpTo25IsTaken() throws Exception {
        // Given
        machine.jdk("home/.jdks/17", "17.0.15");
        machine.jdk("home/.jdks/21", "21.0.2");
        machine.jdk("usr/lib/jvm/java-1.25.0-openjdk", "25");
        machine.jdk("home/.jdks/25.0.9", "25.0.9");
        Path newest = machine.jdk("home/.jdks/25.0.10", "25.0.10");
        machine.jdk("usr/lib/jvm/java-26", "26.0.1");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, newest);
    }

    @Test
    void aNewerOneThan25IsTakenWhereThereIsNothingElse() throws Exception {
        // Given
        Path newer = machine.jdk("usr/lib/jvm/java-26", "26.0.1");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, newer);
    }

    @Test
    void theReleaseFileIsBelievedWithoutStartingTheJvm() throws Exception {
        // Given
        Path installed = machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        Files.writeString(installed.resolve("bin/java"), "#!/bin/sh\nexit 1\n");

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, installed);
    }

    @Test
    void theJvmIsAskedForItsVersionWhereThereIsNoReleaseFile() throws Exception {
        // Given
        Path installed = machine.jdk("usr/lib/jvm/java-21", "21.0.2");
        Files.delete(installed.resolve("release"));

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertFoundQuietly(outcome, installed);
    }

    @Test
    void foundNoneNamesWhatIsMissingAndWhereItLooked() throws Exception {
        // Given
        Path old = machine.jdk("usr/lib/jvm/java-17", "17.0.15");
        machine.set("JAVA_HOME", old);

        // When
        Outcome outcome = machine.run(SCRIPT, "javac");

        // Then
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors())
                .startsWith("Grantkeeper needs a JDK 21 or newer and found none. It looked at:")
                .contains("  JAVA_HOME: " + old, "  java on the PATH: none")
                .anyMatch(line -> line.endsWith("/home/.sdkman/candidates/java/*"))
                .endsWith("Install one, or set JAVA_HOME to the one you have.");
    }

    private Path jre(String folder, String version) throws IOException {
        Path home = machine.jdk(folder, version);
        Files.delete(home.resolve("bin/javac"));
        return home;
    }

    private static void assertFoundQuietly(Outcome outcome, Path home) {
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).containsExactly(home.toString());
        assertThat(outcome.errors()).isEmpty();
    }
}
