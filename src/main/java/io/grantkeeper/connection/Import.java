package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.secret.Secret;
import java.util.SequencedSet;

/**
 * A refresh token that was got elsewhere, and what it is to become.
 *
 * @param counterparty the provider, as the client that the grant was given to
 * @param fields what is particular to it at the provider, as far as somebody gave it
 * @param ownClient whether the account brought that client, so that its secret must be kept here
 */
public record Import(
        AccountId account,
        String createdBy,
        Counterparty counterparty,
        ConnectionFields fields,
        SequencedSet<String> scopes,
        boolean ownClient,
        Secret refreshToken) {}
