package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.KeyRingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingFileTest {

    @TempDir
    Path folder;

    @Test
    void aRingIsReadFromItsFile() throws IOException {
        assertThat(new KeyRingFile(file(ring("k1", "k1"))).current().primary()).isEqualTo("k1");
    }

    @Test
    void aChangedFileIsTaken() throws IOException {
        // Given
        Path file = file(ring("k1", "k1"));
        KeyRingFile ring = new KeyRingFile(file);

        // When
        Files.writeString(file, ring("k2", "k1", "k2"));
        ring.reload();

        // Then
        assertThat(ring.current().primary()).isEqualTo("k2");
        assertThat(ring.current().ids()).containsExactlyInAnyOrder("k1", "k2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"AAAA\"}}",
                "{\"primary\":\"k9\",\"keys\":{}}"
            })
    void aBrokenFileLeavesTheRingThatWasReadLast(String broken) throws IOException {
        // Given
        Path file = file(ring("k1", "k1"));
        KeyRingFile ring = new KeyRingFile(file);
        KeyRing before = ring.current();

        // When
        Files.writeString(file, broken);
        ring.reload();

        // Then
        assertThat(ring.current()).isSameAs(before);
    }

    @Test
    void aMissingFileLeavesTheRingThatWasReadLast() throws IOException {
        // Given
        Path file = file(ring("k1", "k1"));
        KeyRingFile ring = new KeyRingFile(file);
        KeyRing before = ring.current();

        // When
        Files.delete(file);
        ring.reload();

        // Then
        assertThat(ring.current()).isSameAs(before);
    }

    @Test
    void anotherKeyOfAnIdThatIsInUseIsNotTaken() throws IOException {
        // Given
        Path file = file(ring("k1", "k1"));
        KeyRingFile ring = new KeyRingFile(file);
        KeyRing before = ring.current();

        // When
        Files.writeString(file, ring("k1", "k1=9"));
        ring.reload();

        // Then
        assertThat(ring.current()).isSameAs(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "."})
    void aFileThatCannotBeReadIsNamed(String name) {
        Path file = folder.resolve(name);

        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> KeyRingFile.read(file))
                .withMessageContaining(file.toString());
    }

    @Test
    void whatIsNoTextIsNoRing() throws IOException {
        Path file = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xc3, 0x28, (byte) 0xff});

        assertThatExceptionOfType(KeyRingException.class).isThrownBy(() -> KeyRingFile.read(file));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("keyring.json"), content);
    }

    /** Keys by their ids; the same key for the same id, unless another is named behind it. */
    private static String ring(String primary, String... keys) {
        return "{\"primary\":\"" + primary + "\",\"keys\":{"
                + Arrays.stream(keys)
                        .map(key -> List.of(key.split("=", 2)))
                        .map(parts -> "\"" + parts.getFirst() + "\":\"" + key(parts.getLast()) + "\"")
                        .collect(Collectors.joining(","))
                + "}}";
    }

    private static String key(String seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed.charAt(seed.length() - 1);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
