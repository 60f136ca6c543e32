package io.grantkeeper.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "grantkeeper.signatures")
interface SignaturesConfig {

    Duration MAX_TOLERANCE = Duration.ofMinutes(5);

    /** How far a signature's {@code created} may lie from this clock, either way; at most 300 s. */
    @WithDefault("60s")
    Duration tolerance();

    /** How many nonces a replica remembers; one agent may fill half of it. Each takes about 60 bytes. */
    @WithDefault("1000000")
    int nonces();
}
