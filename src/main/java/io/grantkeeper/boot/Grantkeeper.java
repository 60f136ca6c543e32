package io.grantkeeper.boot;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** {@code grantkeeper}: without a command it serves. */
@Command(
        name = "grantkeeper",
        description = "Keeps OAuth 2.0 grants and hands agents fresh access tokens. Without a command: serve.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT)
final class Grantkeeper implements Callable<Integer> {

    private final ServeCommand serve;

    Grantkeeper(ServeCommand serve) {
        this.serve = serve;
    }

    @Override
    public Integer call() {
        return serve.call();
    }
}
