package io.grantkeeper.boot;

import io.grantkeeper.caller.PublicUrl;
import io.grantkeeper.cli.LocalServer;
import io.grantkeeper.secret.Secret;
import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings that must be known before Quarkus runs, from the places where Quarkus looks too: system properties, the
 * environment, {@code .env} and {@code config/application.properties}.
 */
record BootSettings(
        Optional<Secret> databaseUrl,
        Path home,
        URI server,
        Optional<Path> keyRingFile,
        Optional<String> usersIssuer,
        Optional<String> usersAudience,
        Optional<String> httpHost,
        Optional<String> managementHost) {

    static final String DATABASE_URL = "grantkeeper.database-url";
    static final String HOME = "grantkeeper.home";
    static final String KEY_RING_FILE = "grantkeeper.keyring-file";
    static final String EMBEDDED = "grantkeeper.embedded";

    private static final Path PROPERTIES = Path.of("config", "application.properties");

    static BootSettings read() {
        SmallRyeConfig config = config();
        return new BootSettings(
                text(config, DATABASE_URL).map(Secret::of),
                text(config, HOME)
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".grantkeeper"))
                        .toAbsolutePath(),
                text(config, "grantkeeper.url")
                        .or(() -> text(config, PublicUrl.SETTING))
                        .map(URI::create)
                        .orElse(URI.create(PublicUrl.DEFAULT)),
                text(config, KEY_RING_FILE).map(Path::of),
                text(config, "grantkeeper.users.issuer"),
                text(config, "grantkeeper.users.audience"),
                text(config, "quarkus.http.host"),
                text(config, "quarkus.management.host"));
    }

    /** The service that commands of this machine's owner call. */
    LocalServer localServer() {
        return new LocalServer(server, home);
    }

    static SmallRyeConfig config() {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addSystemSources()
                .withInterceptors(new FileValues())
                .withSources(new DotEnvConfigSourceProvider());
        if (Files.isReadable(PROPERTIES)) {
            try {
                builder.withSources(
                        new PropertiesConfigSource(PROPERTIES.toUri().toURL(), 260));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return builder.build();
    }

    private static Optional<String> text(SmallRyeConfig config, String name) {
        return config.getOptionalValue(name, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }
}
