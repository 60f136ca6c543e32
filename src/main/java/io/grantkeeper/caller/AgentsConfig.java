package io.grantkeeper.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "grantkeeper.agents")
interface AgentsConfig {

    /** How long a rotated secret goes on working. */
    @WithDefault("24h")
    Duration rotationGrace();

    /** How often one agent may call a replica; twice as often for a moment. */
    @WithDefault("1000")
    int requestsPerSecond();
}
