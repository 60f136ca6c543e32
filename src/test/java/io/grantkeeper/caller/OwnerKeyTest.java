package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.grantkeeper.secret.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerKeyTest {

    private static final byte[] MESSAGE = "message".getBytes(UTF_8);

    @TempDir
    Path home;

    @Test
    void theFirstStartMakesAKeyThatNobodyElseCanRead() throws IOException {
        // When
        OwnerKey key = OwnerKey.readOrCreate(home, bytesOf(7));
        // Then
        Path file = home.resolve("owner.key");
        assertThat(file).hasContent("07".repeat(32));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(home)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(key.signing()).isEqualTo(HmacKey.of(bytesOf(7).bytes(32)));
    }

    @Test
    void everyLaterStartReadsIt() {
        OwnerKey first = OwnerKey.readOrCreate(home, bytesOf(7));
        OwnerKey second = OwnerKey.readOrCreate(home, bytesOf(8));

        assertThat(second.signing()).isEqualTo(first.signing());
    }

    @Test
    void aFileThatHoldsNoKeyIsNotReplaced() throws IOException {
        Files.writeString(home.resolve("owner.key"), "abc");

        assertThatIllegalStateException()
                .isThrownBy(() -> OwnerKey.readOrCreate(home, bytesOf(7)))
                .withMessageNotContaining("abc");
    }

    @Test
    void aDerivedKeyIsAnotherKey() {
        OwnerKey key = OwnerKey.readOrCreate(home, bytesOf(7));

        assertThat(key.derived("a").sign(MESSAGE))
                .isNotEqualTo(key.signing().sign(MESSAGE))
                .isNotEqualTo(key.derived("b").sign(MESSAGE))
                .isEqualTo(key.derived("a").sign(MESSAGE));
    }

    private static Randomness bytesOf(int value) {
        return count -> {
            byte[] bytes = new byte[count];
            Arrays.fill(bytes, (byte) value);
            return bytes;
        };
    }
}
