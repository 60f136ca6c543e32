package io.grantkeeper.refresh;

import io.grantkeeper.provider.Refresh;
import java.time.Duration;

/**
 * An import that was begun and not ended.
 *
 * @param age since when the fate of its refresh token is unknown, or since its beginning
 */
record LeftImport(PendingImport pending, OpenIntent.State state, Duration age) {

    /**
     * Whether to finish it now: as a refresh, but for the answer that did not arrive. Nobody needs the token yet, so nobody
     * else would ever ask again.
     *
     * @param seenBefore whether it has been shown for half a second
     */
    boolean isToBeFinished(boolean seenBefore, Refresh provider) {
        return switch (state) {
            case HOLDER_NOT_SEEN -> seenBefore && provider.repeatableAfter(age);
            case LEASE_OVER, GIVEN_BACK -> true;
        };
    }
}
