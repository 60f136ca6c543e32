package io.grantkeeper.trail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "grantkeeper.audit")
interface TrailConfig {

    Duration SHORTEST = Duration.ofDays(1);

    /** How long entries are kept; a day at least. */
    @WithDefault("365d")
    Duration retention();

    /** How many notes are held while the database is away. */
    @WithDefault("100000")
    int notes();
}
