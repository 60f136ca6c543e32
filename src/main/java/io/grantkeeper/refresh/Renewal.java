package io.grantkeeper.refresh;

import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.GrantClients;
import io.grantkeeper.connection.Held;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.ClientCredentials;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.TokenEndpoint;
import io.grantkeeper.replica.KnownDatabase;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Knows how to ask for new tokens, in the way that the connection's grant was got. */
@ApplicationScoped
class Renewal {

    private static final Logger LOG = Logger.getLogger(Renewal.class);

    private final Credentials credentials;
    private final GrantClients clients;
    private final TokenEndpoint tokenEndpoint;
    private final ClientCredentials clientCredentials;
    private final KnownDatabase database;
    private final SingleUse singleUse;
    private final RefreshConfig config;

    Renewal(
            Credentials credentials,
            GrantClients clients,
            TokenEndpoint tokenEndpoint,
            ClientCredentials clientCredentials,
            KnownDatabase database,
            SingleUse singleUse,
            RefreshConfig config) {
        this.credentials = credentials;
        this.clients = clients;
        this.tokenEndpoint = tokenEndpoint;
        this.clientCredentials = clientCredentials;
        this.database = database;
        this.singleUse = singleUse;
        this.config = config;
    }

    /**
     * Makes ready to ask. All that can go wrong on our side goes wrong here, before a lease is taken: a seal that does not
     * open leads to no write at all.
     *
     * @return empty where the operator has to act first: our client is not configured here, or nobody has confirmed a
     *     database whose refresh tokens may be old. It fails with
     *     {@link io.grantkeeper.provider.EgressFailure} when the provider cannot be located, and with
     *     {@link io.grantkeeper.secret.SealBroken} when a seal does not open
     */
    Uni<Optional<Question>> prepare(Held held) {
        if (database.isUnconfirmed() && singleUse.is(held)) {
            return Uni.createFrom().item(Optional.empty());
        }
        return clients.counterpartyOf(held).map(found -> found.map(counterparty -> question(held, counterparty)));
    }

    private Question question(Held held, Counterparty counterparty) {
        if (held.connection().grant() == GrantType.CLIENT_CREDENTIALS) {
            return () ->
                    clientCredentials.obtain(counterparty, held.connection().scopes(), config.answerDeadline());
        }
        Optional<Secret> token = credentials.refreshToken(held);
        return token.<Question>map(secret -> () -> tokenEndpoint
                        .refresh(counterparty, secret, held.connection().scopes(), config.answerDeadline())
                        .map(outcome -> ofSameSubject(held.connection(), counterparty.provider(), outcome)))
                .orElse(() -> Uni.createFrom().item(new Outcome.Dead(Reason.NO_REFRESH_TOKEN)));
    }

    /**
     * An ID token about somebody else (OpenID Connect Core §12.2) comes with tokens that are somebody else's: they are given
     * to nobody. Whether the refresh token was used up over it nobody knows, as with an answer that was lost.
     */
    private static Outcome ofSameSubject(Connection connection, Provider provider, Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted && isOfAnother(connection, provider, granted.tokens())) {
            LOG.errorf("refresh answered for another subject connection=%s", connection.id());
            return new Outcome.Uncertain();
        }
        return outcome;
    }

    private static boolean isOfAnother(Connection connection, Provider provider, TokenSet tokens) {
        String own = connection.identity().subject();
        return provider.identity().isOpenIdSubject()
                && !own.isEmpty()
                && tokens.idToken()
                        .flatMap(IdToken::read)
                        .flatMap(IdToken::subject)
                        .filter(subject -> !subject.equals(own))
                        .isPresent();
    }
}
