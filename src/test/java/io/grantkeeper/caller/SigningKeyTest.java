package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SigningKeyTest {

    private static final String SHARED_SECRET =
            "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
    private static final String ED25519_X = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

    @Test
    void verifiesTheHmacVectorOfRfc9421AppendixB25() {
        // Given
        HmacKey key = HmacKey.of(Base64.getDecoder().decode(SHARED_SECRET));
        byte[] base = """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@authority": example.com
                "content-type": application/json
                "@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret\"""".getBytes(UTF_8);
        // When
        boolean verified = key.verifies(base, base64("pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="));
        // Then
        assertThat(verified).isTrue();
    }

    @Test
    void verifiesTheEd25519VectorOfRfc9421AppendixB26() {
        // Given
        Ed25519Key key = Ed25519Key.of(Base64.getUrlDecoder().decode(ED25519_X)).orElseThrow();
        byte[] base = """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@authority": example.com
                "content-type": application/json
                "content-length": 18
                "@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");\
                created=1618884473;keyid="test-key-ed25519\"""".getBytes(UTF_8);
        byte[] signature =
                base64("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==");
        // When
        boolean verified = key.verifies(base, signature);
        // Then
        assertThat(verified).isTrue();
        signature[0] ^= 1;
        assertThat(key.verifies(base, signature)).isFalse();
    }

    @Test
    void A70_aKeyTakesSignaturesOfItsOwnAlgorithmOnly() {
        // Given
        byte[] publicKey = Base64.getUrlDecoder().decode(ED25519_X);
        byte[] message = "message".getBytes(UTF_8);
        // When
        byte[] hmacUnderThePublicKey = HmacKey.of(publicKey).sign(message);
        // Then
        assertThat(Ed25519Key.of(publicKey).orElseThrow().verifies(message, hmacUnderThePublicKey))
                .isFalse();
    }

    @Test
    void bytesThatAreNoPointAreNoKey() {
        byte[] noPoint = new byte[32];
        noPoint[0] = 2;

        assertThat(Ed25519Key.of(noPoint)).isEmpty();
        assertThat(Ed25519Key.of(new byte[31])).isEmpty();
    }

    @Test
    void A74_aSignatureIsWrongWhereverItDiffers() {
        // Given
        HmacKey key = HmacKey.of(new byte[32]);
        byte[] message = "message".getBytes(UTF_8);
        byte[] right = key.sign(message);
        // When
        List<byte[]> wrong = IntStream.range(0, right.length * Byte.SIZE)
                .mapToObj(bit -> withAnother(bit, right))
                .toList();
        // Then
        assertThat(key.verifies(message, right)).isTrue();
        assertThat(wrong).hasSize(256).noneMatch(signature -> key.verifies(message, signature));
        assertThat(key.verifies(message, Arrays.copyOf(right, 31))).isFalse();
        assertThat(key.verifies(message, Arrays.copyOf(right, 33))).isFalse();
        assertThat(key.verifies(message, new byte[0])).isFalse();
    }

    private static byte[] withAnother(int bit, byte[] right) {
        byte[] other = right.clone();
        other[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return other;
    }

    private static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }
}
