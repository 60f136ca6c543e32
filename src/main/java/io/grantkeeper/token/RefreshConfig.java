package io.grantkeeper.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The deadlines of a refresh. Each must be longer than the one before it. */
@ConfigMapping(prefix = "grantkeeper.refresh")
interface RefreshConfig {

    /** When a caller that waits for a refresh is told to come again. */
    @WithDefault("10s")
    Duration callerDeadline();

    /** How long the provider's answer is awaited all the same, so that a late success is not lost. */
    @WithDefault("25s")
    Duration answerDeadline();

    /** How often {@code refresh=true} refreshes one connection at most. */
    @WithDefault("30s")
    Duration forcedEvery();

    /** What {@code Retry-After} says where the provider did not. */
    @WithDefault("5s")
    Duration retryAfter();
}
