package io.grantkeeper.secret;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.UUID;

/** Makes UUIDv7 (RFC 9562 §5.7): ids that sort by the time they were made, and that nobody can guess. */
public final class Uuid7 {

    private static final int RANDOM_BYTES = 10;

    private final InstantSource clock;
    private final Randomness randomness;

    public Uuid7(InstantSource clock, Randomness randomness) {
        this.clock = clock;
        this.randomness = randomness;
    }

    public UUID next() {
        ByteBuffer random = ByteBuffer.wrap(randomness.bytes(RANDOM_BYTES));
        long high = (clock.millis() << 16) | 0x7000 | (random.getShort() & 0x0fff);
        long low = (random.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
