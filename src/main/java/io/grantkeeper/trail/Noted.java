package io.grantkeeper.trail;

import java.time.Instant;

/** How often the same was done lately, and when first. */
record Noted(Instant first, int times) {

    static Noted once(Instant at) {
        return new Noted(at, 1);
    }

    Noted and(Noted other) {
        return new Noted(first.isBefore(other.first) ? first : other.first, times + other.times);
    }
}
