package io.grantkeeper.demo;

import io.grantkeeper.provider.EntryFile;
import io.grantkeeper.provider.Providers;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** The provider {@code demo}: an entry among the others, and the authorization server that it leads to. */
@IfBuildProfile("dev")
@Singleton
final class DemoProvider {

    private static final Logger LOG = Logger.getLogger(DemoProvider.class);
    private static final int PORT = 8099;

    private final int port;
    private Optional<DemoServer> server = Optional.empty();

    DemoProvider(Config config) {
        port = config.getOptionalValue("grantkeeper.demo.port", Integer.class).orElse(PORT);
    }

    @Produces
    @Singleton
    EntryFile entry() {
        String entry = Resources.text("demo.yaml").replace("127.0.0.1:" + PORT, "127.0.0.1:" + port);
        return new EntryFile("demo.yaml", entry);
    }

    void start(@Observes StartupEvent started, Providers providers) {
        try {
            server = Optional.of(
                    DemoServer.start(port, providers.require("demo").scopes().labels()));
            LOG.infof("the demo provider is at http://127.0.0.1:%d/demo", port);
        } catch (IOException taken) {
            LOG.errorf(
                    "the demo provider cannot be reached, since port %d is taken (%s): set grantkeeper.demo.port",
                    port, taken.getMessage());
        }
    }

    /** A reload stops the application and starts it again in the same process, on the same port. */
    void stop(@Observes ShutdownEvent stopped) {
        server.ifPresent(DemoServer::close);
    }
}
