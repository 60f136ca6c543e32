package io.grantkeeper.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Time that passes because a fault has to last, never because something is hoped to have happened by then. */
final class Pause {

    private Pause() {}

    static void of(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
