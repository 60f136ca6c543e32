package io.grantkeeper.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What answering for tokens may cost. */
@ConfigMapping(prefix = "grantkeeper.token")
interface TokenConfig {

    /** How many access tokens are remembered at most. */
    @WithDefault("100000")
    int remembered();
}
