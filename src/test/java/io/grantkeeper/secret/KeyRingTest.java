package io.grantkeeper.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    /** Recognisable, should it ever stand in a message. */
    private static final String KEY = "CANARYcanaryCANARYcanaryCANARYcanaryCANARYc=";

    private static final String OTHER = "OTHERotherOTHERotherOTHERotherOTHERotherOTH=";

    @Test
    void aRingHasItsKeysAndItsPrimary() {
        // When
        KeyRing ring = KeyRing.parse("{\"primary\":\"k2\",\"keys\":{\"k1\":\"" + KEY + "\",\"k2\":\"" + KEY + "\"}}");

        // Then
        assertThat(ring.primary()).isEqualTo("k2");
        assertThat(ring.ids()).containsExactlyInAnyOrder("k1", "k2");
        assertThat(ring.key("k1").orElseThrow().getEncoded())
                .isEqualTo(Base64.getDecoder().decode(KEY));
        assertThat(ring.key("k3")).isEmpty();
    }

    @Test
    void aGeneratedRingIsOne() {
        // When
        String json = KeyRing.generate(byte[]::new);

        // Then
        assertThat(KeyRing.parse(json).primary()).isEqualTo("k1");
        assertThat(KeyRing.parse(json).ids()).containsExactly("k1");
        assertThat(KeyRing.parse(json).key("k1").orElseThrow().getEncoded()).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"CANARY\"",
                "CANARY",
                "{",
                "{}",
                "{\"primary\":\"k1\"}",
                "{\"primary\":\"k1\",\"keys\":{}}",
                "{\"primary\":null,\"keys\":{\"k1\":\"KEY\"}}",
                "{\"keys\":{\"k1\":\"KEY\"}}",
                "{\"primary\":\"k2\",\"keys\":{\"k1\":\"KEY\"}}",
                "{\"primary\":\"KEY\",\"keys\":{\"k1\":\"KEY\"}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"KEY\"},\"CANARY\":1}",
                "{\"primary\":\"k1\",\"keys\":[\"KEY\"]}",
                "{\"primary\":\"k1\",\"keys\":\"KEY\"}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":[\"KEY\"]}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":null}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"\"}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"KEY",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"CANARY!\"}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"CANARYcanaryCANARYcana\"}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"CANARYcanaryCANARYcanaryCANARYcanaryCANARYcaCANARYcA\"}}",
                "{\"primary\":\"KEY\",\"keys\":{\"KEY\":\"k1\"}}",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"KEY\"}} CANARY",
                "{\"primary\":\"k1\",\"keys\":{\"k1\":\"KEY\",\"k1\":\"KEY\"}}",
                "{\"primary\":\"\",\"keys\":{\"\":\"KEY\"}}",
                "{\"primary\":\"a b\",\"keys\":{\"a b\":\"KEY\"}}",
                "{\"primary\":\"ä\",\"keys\":{\"ä\":\"KEY\"}}"
            })
    void aFileThatIsNoRingIsRefusedWithoutItsKeys(String json) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> KeyRing.parse(json.replace("KEY", KEY)))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContainIgnoringCase("canary"))
                .withNoCause();
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "31, 31", "33, 33"})
    void aKeyOfAnotherLengthIsToldByItsId(int bytes, String told) {
        String encoded = Base64.getEncoder().encodeToString(new byte[bytes]);

        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> KeyRing.parse("{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + encoded + "\"}}"))
                .withMessageContaining("\"k1\"")
                .withMessageContaining(told);
    }

    @Test
    void aRingThatFollowsHasTheSameKeys() {
        // Given
        KeyRing ring = KeyRing.parse("{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + KEY + "\"}}");

        // Then
        assertThatCode(() -> ring.requireSameKeysIn(KeyRing.parse(
                        "{\"primary\":\"k2\",\"keys\":{\"k1\":\"" + KEY + "\",\"k2\":\"" + OTHER + "\"}}")))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> ring.requireSameKeysIn(
                        KeyRing.parse("{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + OTHER + "\"}}")))
                .withMessageContaining("\"k1\"")
                .withMessageNotContaining(OTHER);
    }

    @Test
    void aRingShowsNoKey() {
        KeyRing ring = KeyRing.parse("{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + KEY + "\"}}");

        assertThat(String.valueOf((Object) ring)).doesNotContainIgnoringCase("canary");
    }
}
