package io.grantkeeper.provider;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** Settings for tests, as an operator gives them: by the environment. */
public final class TestSettings {
    private TestSettings() {}

    public static Config of(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, 300))
                .build();
    }
}
