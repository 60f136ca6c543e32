package io.grantkeeper.token;

import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.GrantClients;
import io.grantkeeper.connection.Held;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.provider.ClientCredentials;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.TokenEndpoint;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Asks the provider for new tokens, in the way that the connection's grant was got. */
@ApplicationScoped
class Renewal {

    private final Credentials credentials;
    private final GrantClients clients;
    private final TokenEndpoint tokenEndpoint;
    private final ClientCredentials clientCredentials;
    private final RefreshConfig config;

    Renewal(
            Credentials credentials,
            GrantClients clients,
            TokenEndpoint tokenEndpoint,
            ClientCredentials clientCredentials,
            RefreshConfig config) {
        this.credentials = credentials;
        this.clients = clients;
        this.tokenEndpoint = tokenEndpoint;
        this.clientCredentials = clientCredentials;
        this.config = config;
    }

    /** One call of the provider, or none where our client is not configured here; fails when a seal does not open. */
    Uni<Outcome> ask(Held held) {
        return clients.counterpartyOf(held)
                .chain(counterparty -> counterparty
                        .map(reached -> ask(held, reached))
                        .orElseGet(() -> Uni.createFrom().item(new Outcome.Misconfigured())))
                .onFailure(EgressFailure.class)
                .recoverWithItem(() -> new Outcome.Transient(Optional.empty()));
    }

    private Uni<Outcome> ask(Held held, Counterparty counterparty) {
        if (held.connection().grant() == GrantType.CLIENT_CREDENTIALS) {
            return clientCredentials.obtain(counterparty, held.connection().scopes(), config.answerDeadline());
        }
        return credentials
                .refreshToken(held)
                .map(token -> tokenEndpoint.refresh(counterparty, token, config.answerDeadline()))
                .orElseGet(() -> Uni.createFrom().item(new Outcome.Dead(Reason.NO_REFRESH_TOKEN)));
    }
}
