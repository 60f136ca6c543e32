package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresProgramsTest {

    @TempDir
    Path folder;

    @Test
    void programsThatDoNotRunHereNameTheSettingThatHelps() throws IOException {
        // Given
        PostgresPrograms programs = PostgresPrograms.in(folder);

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(programs::majorVersion)

                // Then
                .withMessageContaining("does not run on this system")
                .withMessageContaining("GRANTKEEPER_DATABASE_URL");
    }

    @Test
    void aProgramThatDoesNotEndIsNotWaitedForForever() throws IOException {
        // Given
        Path program = Files.createDirectory(folder.resolve("bin")).resolve("pg_ctl");
        Files.writeString(program, "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        PostgresPrograms programs = PostgresPrograms.in(folder);

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> programs.run(Duration.ofSeconds(1), "pg_ctl"))

                // Then
                .withMessageContaining("did not end within 1 seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cash$(id)", "back`tick", "quo\"te", "back\\slash"})
    void aFolderThatTheProgramsWouldHandToTheirShellUnescapedIsRefused(String name) {
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> PostgresPrograms.in(folder.resolve(name)))
                .withMessageContaining(name);
    }
}
