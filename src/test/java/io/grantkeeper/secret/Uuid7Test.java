package io.grantkeeper.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Uuid7Test {

    private Instant now = Instant.parse("2022-02-22T19:22:22Z");
    private final Uuid7 ids = new Uuid7(() -> now, count -> {
        byte[] bytes = new byte[count];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    });

    /** RFC 9562, appendix A.6. */
    @Test
    void theExampleOfTheStandardIsMade() {
        // Given
        byte[] random = {0x0c, (byte) 0xc3, 0x18, (byte) 0xc4, (byte) 0xdc, 0x0c, 0x0c, 0x07, 0x39, (byte) 0x8f};

        // Then
        assertThat(new Uuid7(() -> now, count -> random).next())
                .isEqualTo(UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    }

    @Test
    void versionAndVariantStandWhateverTheRandomBitsAre() {
        for (int fill : List.of(0x00, 0xff, 0x55, 0xaa)) {
            // When
            UUID id = new Uuid7(() -> now, count -> filled(count, fill)).next();

            // Then
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
        }
    }

    @Test
    void idsSortByTheTimeTheyWereMade() {
        // When
        List<String> made = Stream.generate(() -> {
                    now = now.plusMillis(1);
                    return ids.next().toString();
                })
                .limit(1_000)
                .toList();

        // Then
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        assertThat(Stream.generate(ids::next).limit(1_000)).doesNotHaveDuplicates();
    }

    private static byte[] filled(int count, int fill) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }
}
