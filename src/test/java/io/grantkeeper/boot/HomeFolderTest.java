package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeFolderTest {

    @TempDir
    Path folder;

    @Test
    void aClosedFolderCanBeOpenedAgain() throws IOException {
        // Given
        HomeFolder.open(folder.resolve("home")).close();

        // When
        try (HomeFolder again = HomeFolder.open(folder.resolve("home"))) {

            // Then
            assertThat(again.path()).isDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx", "rwx-w----"})
    void A135_aFolderThatOthersCanChangeIsNotUsed(String permissions) throws IOException {
        // Given
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> HomeFolder.open(folder))

                // Then
                .withMessageContaining("chmod 700 " + folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anotherUsersFolderIsNotUsedByRoot() throws IOException {
        // Given
        assumeTrue(HomeFolder.isRoot());
        Files.setAttribute(folder, "unix:uid", 65534);

        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> HomeFolder.open(folder))

                // Then
                .withMessageContaining("belongs to");
        assertThat(folder).isEmptyDirectory();
    }
}
