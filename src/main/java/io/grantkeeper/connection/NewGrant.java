package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.secret.Secret;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * A grant that was just given to us and is to become a connection.
 *
 * @param fields what is particular to it at its provider
 * @param client the client that the grant was given to
 * @param ownClient whether the account brought that client with an import, so that its secret must be kept here
 * @param agents the agents that may use it; empty when all of the account may
 * @param imported the refresh token that the account brought, where the grant was made elsewhere
 * @param reauthorizes the connection that the user meant to revive; its subject must be the same
 */
public record NewGrant(
        AccountId account,
        String createdBy,
        Provider provider,
        String issuer,
        ProviderIdentity identity,
        ConnectionFields fields,
        GrantType grant,
        SequencedSet<String> scopes,
        TokenSet tokens,
        ClientRegistration client,
        boolean ownClient,
        Optional<Secret> imported,
        Set<AgentId> agents,
        Optional<ConnectionId> reauthorizes) {}
