package io.grantkeeper.authorization;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Provider;
import java.net.URI;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * What somebody wants connected, checked.
 *
 * @param fields what is particular to the connection at the provider, as far as somebody gave it
 * @param agent the only agent that may use the connection; empty when all of the account may
 * @param reauthorizes the connection that is to be revived; whoever consents must be its subject
 * @param returnTo where the browser goes in the end, on an origin that the operator allowed
 */
record Wanted(
        Provider provider,
        ConnectionFields fields,
        SequencedSet<String> scopes,
        AccountId account,
        Optional<AgentId> agent,
        Optional<ConnectionId> reauthorizes,
        Optional<URI> returnTo) {

    Wanted forAgent(AgentId only) {
        return new Wanted(provider, fields, scopes, account, Optional.of(only), reauthorizes, returnTo);
    }
}
