package io.grantkeeper.problem;

import java.time.Duration;

/** The {@code Retry-After} header of ours, in whole seconds (RFC 9110 §10.2.3). */
final class RetryAfterHeader {

    private static final int LARGEST_PART = 4;

    private RetryAfterHeader() {}

    /** Rounded up: whoever comes at that time is not too early. */
    static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }

    /**
     * Up to a quarter longer, so that those who were told to wait together do not come back together.
     *
     * @param chance from 0, below 1
     */
    static long spreadSeconds(Duration wait, double chance) {
        long least = seconds(wait);
        return least + (long) (chance * (least / LARGEST_PART + 1));
    }
}
