package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileValuesTest {

    @ConfigMapping(prefix = "grantkeeper.sample")
    interface Sample {

        Optional<String> clientSecret();

        @WithDefault("usual")
        String withDefault();
    }

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("secret"), "from the file\n");
    }

    @Test
    void aSettingMayStandInAFile() {
        assertThat(text(Map.of("grantkeeper.sample.client-secret-file", file.toString())))
                .contains("from the file");
    }

    @Test
    void aSettingMayStandInAFileThatTheEnvironmentNames() {
        // Given
        SmallRyeConfig config = builder()
                .withSources(new EnvConfigSource(Map.of("GRANTKEEPER_SAMPLE_CLIENT_SECRET_FILE", file.toString()), 300))
                .build();

        // Then
        assertThat(config.getOptionalValue("grantkeeper.sample.client-secret", String.class))
                .contains("from the file");
    }

    @Test
    void aMappedSettingMayStandInAFile() {
        assertThat(mapped(Map.of("grantkeeper.sample.client-secret-file", file.toString()))
                        .clientSecret())
                .contains("from the file");
    }

    @Test
    void aFileOutweighsADefault() {
        assertThat(mapped(Map.of("grantkeeper.sample.with-default-file", file.toString()))
                        .withDefault())
                .isEqualTo("from the file");
        assertThat(mapped(Map.of()).withDefault()).isEqualTo("usual");
    }

    @Test
    void aSettingItselfOutweighsAFile() {
        assertThat(text(Map.of(
                        "grantkeeper.sample.client-secret",
                        "set",
                        "grantkeeper.sample.client-secret-file",
                        file.toString())))
                .contains("set");
    }

    @Test
    void theEndOfALineIsNotPartOfIt() throws IOException {
        // When
        Path padded = Files.writeString(folder.resolve("padded"), "\n  a b \r\n\n");

        // Then
        assertThat(text(Map.of("grantkeeper.sample.client-secret-file", padded.toString())))
                .contains("a b");
    }

    @Test
    void anEmptyFileIsNoSetting() throws IOException {
        // When
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        // Then
        assertThat(text(Map.of("grantkeeper.sample.client-secret-file", empty.toString())))
                .isEmpty();
    }

    @Test
    void settingsOfOthersAreLeftAlone() {
        // Given
        SmallRyeConfig config = config(Map.of("quarkus.sample-file", file.toString()));

        // Then
        assertThat(config.getOptionalValue("quarkus.sample", String.class)).isEmpty();
    }

    @Test
    void theNameOfAFileIsNotReadFromAFile() {
        // Given
        SmallRyeConfig config = config(Map.of("grantkeeper.keyring-file-file", file.toString()));

        // Then
        assertThat(config.getOptionalValue("grantkeeper.keyring-file", String.class))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "."})
    void aFileThatCannotBeReadIsNamed(String name) {
        // Given
        String path = folder.resolve(name).toString();

        // Then
        assertThatThrownBy(() -> text(Map.of("grantkeeper.sample.client-secret-file", path)))
                .hasMessageContaining("grantkeeper.sample.client-secret-file")
                .hasMessageContaining(path);
    }

    private static Optional<String> text(Map<String, String> settings) {
        return config(settings).getOptionalValue("grantkeeper.sample.client-secret", String.class);
    }

    private static Sample mapped(Map<String, String> settings) {
        return builder()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withMapping(Sample.class)
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(Sample.class);
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return builder()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .build();
    }

    private static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().withInterceptors(new FileValues());
    }
}
