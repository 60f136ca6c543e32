package io.grantkeeper.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyChecksTest {

    private static final Randomness NONE = byte[]::new;

    @Test
    void theRingThatSealedFits() {
        // Given
        Map<String, byte[]> stored = KeyChecks.of(ring("k1", "k1", 1, "k2", 2), NONE);

        // Then
        assertThat(stored).containsOnlyKeys("k1", "k2");
        assertThatCode(() -> KeyChecks.require(ring("k2", "k1", 1, "k2", 2), stored))
                .doesNotThrowAnyException();
    }

    @Test
    void anEmptyDatabaseFitsEveryRing() {
        assertThatCode(() -> KeyChecks.require(ring("k1", "k1", 1), Map.of())).doesNotThrowAnyException();
    }

    @Test
    void aKeyThatCameOrWentIsLeftAlone() {
        // Given
        Map<String, byte[]> stored = KeyChecks.of(ring("k1", "k1", 1, "k2", 2), NONE);

        // Then
        assertThatCode(() -> KeyChecks.require(ring("k2", "k2", 2, "k3", 3), stored))
                .doesNotThrowAnyException();
    }

    @Test
    void anotherKeyOfTheSameIdIsNamed() {
        // Given
        Map<String, byte[]> stored = KeyChecks.of(ring("k1", "k1", 1, "k2", 2), NONE);

        // Then
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> KeyChecks.require(ring("k1", "k1", 1, "k2", 9), stored))
                .withMessageContaining("\"k2\"")
                .withMessageNotContaining(encoded(9));
    }

    @Test
    void theCheckOfOneKeyIsNotThatOfAnother() {
        // Given
        Map<String, byte[]> stored = KeyChecks.of(ring("k1", "k1", 1, "k2", 1), NONE);

        // When
        Map<String, byte[]> swapped = Map.of("k1", stored.get("k2"), "k2", stored.get("k1"));

        // Then
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> KeyChecks.require(ring("k1", "k1", 1, "k2", 1), swapped));
    }

    private static KeyRing ring(String primary, Object... idsAndKeys) {
        List<String> keys = new ArrayList<>();
        for (int at = 0; at < idsAndKeys.length; at += 2) {
            keys.add("\"" + idsAndKeys[at] + "\":\"" + encoded((int) idsAndKeys[at + 1]) + "\"");
        }
        return KeyRing.parse("{\"primary\":\"" + primary + "\",\"keys\":{" + String.join(",", keys) + "}}");
    }

    private static String encoded(int key) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) key;
        return Base64.getEncoder().encodeToString(bytes);
    }
}
