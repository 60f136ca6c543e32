package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresArchiveTest {

    @ParameterizedTest
    @CsvSource({"Linux, amd64", "Linux, aarch64", "Mac OS X, aarch64"})
    void itComesForTheUsualMachines(String system, String processor) {
        assertThat(PostgresArchive.of(system, processor)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Mac OS X, x86_64", "Linux, riscv64"})
    void elsewhereThePersonLearnsWhichSettingHelps(String system, String processor) {
        // When
        assertThatExceptionOfType(EmbeddedDatabaseException.class)
                .isThrownBy(() -> PostgresArchive.of(system, processor))

                // Then
                .withMessageContaining(system)
                .withMessageContaining(processor)
                .withMessageContaining("GRANTKEEPER_DATABASE_URL");
    }
}
