package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.provider.Refresh;
import java.time.Duration;

/**
 * A refresh that was begun and not ended.
 *
 * @param fence of the lease that it was begun under
 * @param age since when the fate of the refresh token is unknown
 */
record OpenIntent(ConnectionId connection, String provider, long fence, State state, Duration age) {

    /** What one look shows. */
    enum State {
        /** The lease has time left, and its holder gives no sign of life. */
        HOLDER_NOT_SEEN,
        /** The lease's time is over. */
        LEASE_OVER,
        /** The holder lives and gave the lease back: the provider's answer did not arrive. */
        GIVEN_BACK;

        /**
         * @param owned whether the row names a holder
         * @param leased whether that one has time left
         */
        static State of(boolean owned, boolean leased) {
            if (leased) {
                return HOLDER_NOT_SEEN;
            }
            return owned ? LEASE_OVER : GIVEN_BACK;
        }
    }

    /**
     * Whether to finish it now.
     *
     * <p>A holder counts as dead when two looks in a row did not see it. Then speed is everything where the provider lets a
     * replaced refresh token work for a while, and of no use where it does not: there the lease is waited for, in case
     * the holder lives after all. An answer that did not arrive is asked for again within that while; later, whoever
     * needs the token asks.
     *
     * @param seenBefore whether the look before this one, half a second ago, showed the same
     */
    boolean isToBeFinished(boolean seenBefore, Refresh provider) {
        return switch (state) {
            case HOLDER_NOT_SEEN -> seenBefore && provider.repeatableAfter(age);
            case LEASE_OVER -> true;
            case GIVEN_BACK -> provider.rotates() && provider.repeatableAfter(age);
        };
    }
}
