package io.grantkeeper.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {

    private static final String K1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String K2 = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    private static final String RING = "{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + K1 + "\"}}";
    private static final String PROMOTED =
            "{\"primary\":\"k2\",\"keys\":{\"k1\":\"" + K1 + "\",\"k2\":\"" + K2 + "\"}}";

    private static final Secret TOKEN = Secret.of("1//refresh-tökén");
    private static final SealContext CONTEXT = SealContext.of(
            "credential",
            "sealed_refresh",
            "0190a000-0000-7000-8000-000000000001",
            "acme",
            "google",
            "https://oauth2.googleapis.com");

    /** Made by another program than this one, once. Rows like it are in databases: it must open for ever. */
    private static final byte[] YESTERDAY = HexFormat.of()
            .parseHex(
                    "01026b31404142434445464748494a4bd3968151435af566beac3a4258d27898d0a860f3396b66196fb9be523efa18055954");

    /** The same, of the token's fingerprint. */
    private static final String FINGERPRINT = "ccb415158fe9b6b4a5caf7d26b1fac04fd84fdc4e5764a52fbf5d960bd67162c";

    private final Sealer sealer = sealer(RING);

    @Test
    void yesterdaysBytesOpen() {
        assertThat(sealer.unseal(YESTERDAY, CONTEXT)).isEqualTo(TOKEN);
    }

    @Test
    void yesterdaysBytesOpenAfterARotation() {
        assertThat(sealer(PROMOTED).unseal(YESTERDAY, CONTEXT)).isEqualTo(TOKEN);
    }

    @Test
    void yesterdaysBytesAreMadeToday() {
        // Given
        Randomness ofYesterday = count -> HexFormat.of().parseHex("404142434445464748494a4b");

        // When
        byte[] sealed = new Sealer(() -> KeyRing.parse(RING), ofYesterday).seal(TOKEN, CONTEXT);

        // Then
        assertThat(sealed).isEqualTo(YESTERDAY);
    }

    @Test
    void yesterdaysFingerprintIsMadeToday() {
        assertThat(sealer.fingerprint(TOKEN)).asHexString().isEqualToIgnoringCase(FINGERPRINT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a token", "\0", "💥 ünicode"})
    void whatWasSealedOpens(String value) {
        assertThat(sealer.unseal(sealer.seal(Secret.of(value), CONTEXT), CONTEXT))
                .isEqualTo(Secret.of(value));
    }

    @Test
    void aLongTokenIsSealed() {
        Secret longest = Secret.of("a".repeat(64 * 1024));

        assertThat(sealer.unseal(sealer.seal(longest, CONTEXT), CONTEXT)).isEqualTo(longest);
    }

    @Test
    void A122_aFlippedBitInAnyByteBreaksTheSeal() {
        for (int at = 0; at < YESTERDAY.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] flipped = YESTERDAY.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertBroken(flipped, CONTEXT);
            }
        }
    }

    @Test
    void A122_aCutOffSealIsBroken() {
        for (int length = 0; length < YESTERDAY.length; length++) {
            assertBroken(Arrays.copyOf(YESTERDAY, length), CONTEXT);
        }
        assertBroken(Arrays.copyOf(YESTERDAY, YESTERDAY.length + 1), CONTEXT);
    }

    @Test
    void A122_anotherVersionIsBroken() {
        for (int version = 0; version < 256; version++) {
            if (version != 1) {
                byte[] other = YESTERDAY.clone();
                other[0] = (byte) version;
                assertBroken(other, CONTEXT);
            }
        }
    }

    @Test
    void A122_anUnknownKeyIsNamed() {
        // Given
        byte[] sealed = sealer(PROMOTED).seal(TOKEN, CONTEXT);

        // Then
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> sealer.unseal(sealed, CONTEXT))
                .withMessageContaining("\"k2\"")
                .withMessageNotContaining(TOKEN.reveal())
                .withNoCause();
    }

    @Test
    void A122_noKeyIsTriedButTheOneThatIsNamed() {
        // Given
        String swapped = "{\"primary\":\"k1\",\"keys\":{\"k1\":\"" + K2 + "\",\"k2\":\"" + K1 + "\"}}";

        // Then
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> sealer(swapped).unseal(YESTERDAY, CONTEXT));
    }

    @ParameterizedTest
    @MethodSource("otherPlaces")
    void A121_aSealThatWasMovedIsBroken(SealContext elsewhere) {
        assertBroken(YESTERDAY, elsewhere);
    }

    static Stream<SealContext> otherPlaces() {
        List<SealContext> others = new ArrayList<>();
        for (int at = 0; at < CONTEXT.places().size(); at++) {
            List<String> places = new ArrayList<>(CONTEXT.places());
            places.set(at, places.get(at) + "x");
            others.add(new SealContext(places));
        }
        others.add(new SealContext(CONTEXT.places().reversed()));
        others.add(new SealContext(CONTEXT.places().subList(0, 5)));
        others.add(SealContext.of());
        // The same letters, divided otherwise.
        others.add(SealContext.of(String.join("", CONTEXT.places())));
        others.add(SealContext.of(
                "credentia",
                "lsealed_refresh",
                "0190a000-0000-7000-8000-000000000001",
                "acme",
                "google",
                "https://oauth2.googleapis.com"));
        return others.stream();
    }

    @Test
    void A123_twoSealsOfOneSecretHaveNothingInCommon() {
        // When
        byte[] one = sealer.seal(TOKEN, CONTEXT);
        byte[] other = sealer.seal(TOKEN, CONTEXT);

        // Then
        assertThat(Arrays.copyOfRange(one, 4, 16)).isNotEqualTo(Arrays.copyOfRange(other, 4, 16));
        assertThat(Arrays.copyOfRange(one, 16, one.length)).isNotEqualTo(Arrays.copyOfRange(other, 16, other.length));
    }

    @Test
    void A123_noInitialisationVectorComesTwice() {
        assertThat(Stream.generate(() -> sealer.seal(TOKEN, CONTEXT))
                        .limit(5_000)
                        .map(bytes -> HexFormat.of().formatHex(bytes, 4, 16)))
                .doesNotHaveDuplicates();
    }

    @Test
    void thePrimaryKeySeals() {
        // When
        byte[] sealed = sealer(PROMOTED).seal(TOKEN, CONTEXT);

        // Then
        assertThat(Sealer.keyIdOf(sealed)).isEqualTo("k2");
        assertThat(Sealer.keyIdOf(YESTERDAY)).isEqualTo("k1");
        assertThat(sealer(PROMOTED).primaryKeyId()).isEqualTo("k2");
    }

    @Test
    void aRingThatChangesIsTakenAtTheNextCall() {
        // Given
        List<KeyRing> ring = new ArrayList<>(List.of(KeyRing.parse(RING)));
        Sealer following = new Sealer(ring::getFirst, systemRandomness());
        byte[] before = following.seal(TOKEN, CONTEXT);

        // When
        ring.set(0, KeyRing.parse(PROMOTED));

        // Then
        assertThat(Sealer.keyIdOf(following.seal(TOKEN, CONTEXT))).isEqualTo("k2");
        assertThat(following.unseal(before, CONTEXT)).isEqualTo(TOKEN);
    }

    @Test
    void aFingerprintIsTheSameAtEveryCall() {
        assertThat(sealer.fingerprint(TOKEN)).isEqualTo(sealer(RING).fingerprint(TOKEN));
        assertThat(sealer.fingerprint(TOKEN)).isNotEqualTo(sealer.fingerprint(Secret.of("another")));
    }

    @Test
    void aFingerprintIsAnotherUnderEachKey() {
        // When
        List<byte[]> all = sealer(PROMOTED).fingerprints(TOKEN);

        // Then
        assertThat(all)
                .hasSize(2)
                .contains(sealer.fingerprint(TOKEN), sealer(PROMOTED).fingerprint(TOKEN));
        assertThat(all.get(0)).isNotEqualTo(all.get(1));
    }

    @Test
    void aFingerprintTellsNothingWithoutTheRing() {
        assertThat(sealer.fingerprint(TOKEN)).isNotEqualTo(Digests.sha256(TOKEN));
    }

    private void assertBroken(byte[] sealed, SealContext context) {
        assertThatExceptionOfType(SealBroken.class)
                .as(HexFormat.of().formatHex(sealed))
                .isThrownBy(() -> sealer.unseal(sealed, context))
                .withNoCause();
    }

    private static Sealer sealer(String ring) {
        KeyRing parsed = KeyRing.parse(ring);
        return new Sealer(() -> parsed, systemRandomness());
    }

    private static Randomness systemRandomness() {
        SecureRandom random = new SecureRandom();
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }
}
