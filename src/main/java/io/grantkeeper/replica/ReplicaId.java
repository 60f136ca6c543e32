package io.grantkeeper.replica;

import io.grantkeeper.secret.Randomness;
import java.nio.ByteBuffer;

/**
 * The name of one running process, drawn at its start: a process that starts again is another replica.
 *
 * @param value also the second key of the advisory lock by which the others see that it lives
 */
public record ReplicaId(int value) {

    /** The first key of the locks that are signs of life; with {@link #value} it names one replica's. */
    public static final int LOCK_CLASS = 0x6b656570;

    public static ReplicaId draw(Randomness randomness) {
        return new ReplicaId(ByteBuffer.wrap(randomness.bytes(Integer.BYTES)).getInt());
    }

    /** As it stands in rows: without a sign, as PostgreSQL shows the keys of locks. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
