package io.grantkeeper.rehearsal;

import io.grantkeeper.provider.ProviderClients;
import io.vertx.core.Vertx;

/** What all dry runs share: the server of the imitations, and what the service calls them with. */
record Stage(ImitationServer server, ProviderClients clients, Awaiting awaiting) implements AutoCloseable {

    /** The time stands still on it, so that an imitation's lifetimes can be compared. */
    static Stage set(Vertx vertx, Awaiting awaiting) {
        return new Stage(
                new ImitationServer(), ProviderClients.of(vertx, () -> ImitatedAnswers.NOW, () -> 0), awaiting);
    }

    @Override
    public void close() {
        server.close();
    }
}
