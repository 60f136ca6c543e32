package io.grantkeeper.refresh;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * The times of a refresh. The three deadlines have to be in their order: a caller is answered before the provider's
 * answer is given up, and that is given up before another replica may ask. And what spares providers.
 */
@ConfigMapping(prefix = "grantkeeper.refresh")
public interface RefreshConfig {

    /** When a caller that waits for a refresh is told to come again. */
    @WithDefault("10s")
    Duration callerDeadline();

    /** How long the provider's answer is awaited all the same, so that a late success is not lost. */
    @WithDefault("25s")
    Duration answerDeadline();

    /** How long the right to refresh a connection lasts without its end being written. */
    @WithDefault("35s")
    Duration lease();

    /** How often {@code refresh=true} refreshes one connection at most. */
    @WithDefault("30s")
    Duration forcedEvery();

    /** What {@code Retry-After} says where the provider did not. */
    @WithDefault("5s")
    Duration retryAfter();

    /** How often a provider in trouble is tried; longer than {@link #answerDeadline}, or answers are mistaken. */
    @WithDefault("30s")
    Duration probeEvery();

    /** How many connections of a client may die within {@link #incidentWindow} before the provider is doubted. */
    @WithDefault("4")
    int incidentDeaths();

    /** The share of a client's refreshes that must have ended in death for that, from 0 to 1. */
    @WithDefault("0.2")
    double incidentShare();

    /** How far back deaths are counted. */
    @WithDefault("10m")
    Duration incidentWindow();

    /** How many refreshes may ask one provider at once. */
    @WithDefault("64")
    int callsPerProvider();

    /** How many refreshes a second start at a provider that has come back, of all replicas together. */
    @WithDefault("50")
    int rampPerSecond();

    /** @throws IllegalStateException naming the setting that is out of order */
    default void check() {
        requireLess("caller-deadline", callerDeadline(), "answer-deadline", answerDeadline());
        requireLess("answer-deadline", answerDeadline(), "lease", lease());
    }

    private static void requireLess(String name, Duration less, String otherName, Duration more) {
        if (less.compareTo(more) >= 0) {
            throw new IllegalStateException("grantkeeper.refresh." + name + " (" + less
                    + ") has to be less than grantkeeper.refresh." + otherName + " (" + more + ")");
        }
    }
}
