package io.grantkeeper.connection;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a credential's refresh: who runs it, and how the last one failed.
 *
 * @param leaseFence moves with every lease: the end of an earlier one is no longer written
 * @param leaseUntil empty when nobody has the lease
 * @param uncertainSince since when nobody knows whether the provider honoured the stored refresh token
 * @param setback how the last refresh failed; empty after one that succeeded
 * @param failures how many failed in a row
 * @param retryAt when the next one may be tried
 * @param suspects how many unknown refusals there were in a row
 * @param suspectSince when the first of those was
 */
record Progress(
        long leaseFence,
        Optional<Instant> leaseUntil,
        Optional<Instant> uncertainSince,
        Optional<Setback> setback,
        int failures,
        Optional<Instant> retryAt,
        int suspects,
        Optional<Instant> suspectSince) {

    static final Progress NONE = new Progress(
            0, Optional.empty(), Optional.empty(), Optional.empty(), 0, Optional.empty(), 0, Optional.empty());
}
