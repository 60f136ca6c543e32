package io.grantkeeper.authorization;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.authorization.Attempts.Progress;
import io.grantkeeper.connection.ConnectionId;
import org.jspecify.annotations.Nullable;

/**
 * How far a flow is.
 *
 * @param status {@code pending}, {@code connected}, {@code denied} or {@code expired}
 * @param connectionId what it became, once connected
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FlowStatus(String status, @Nullable String connectionId) {

    private static final String PENDING = "pending";

    static FlowStatus of(Progress progress) {
        String status = switch (progress.status()) {
            case CONNECTED -> "connected";
            case DENIED, FAILED -> "denied";
            case OFFERED, STARTED, EXCHANGING -> progress.open() ? PENDING : "expired";
        };
        return new FlowStatus(
                status, progress.connection().map(ConnectionId::toString).orElse(null));
    }

    /** Whether nothing more becomes of it. */
    boolean ended() {
        return !status.equals(PENDING);
    }
}
