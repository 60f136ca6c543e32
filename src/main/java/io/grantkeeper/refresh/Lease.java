package io.grantkeeper.refresh;

import io.grantkeeper.connection.ConnectionId;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to refresh one version of a connection's tokens, alone of all replicas. It was recorded together with the
 * intent to do so, before any provider was asked.
 *
 * @param fence names this lease among those of its connection: what an older one wants to write is not written
 * @param uncertainFor how long nobody has known whether the provider honoured the refresh token before; empty when it
 *     is fresh
 */
record Lease(ConnectionId connection, long version, long fence, Optional<Duration> uncertainFor) {}
