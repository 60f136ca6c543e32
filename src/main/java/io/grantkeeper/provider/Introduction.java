package io.grantkeeper.provider;

/**
 * Who gave a grant, and where.
 *
 * @param counterparty the provider as the new connection has it
 * @param fields what is particular to the connection
 */
public record Introduction(Counterparty counterparty, ConnectionFields fields, ProviderIdentity identity) {}
