package io.grantkeeper.provider;

/** A provider, where it is reached, and as which client we come. */
public record Counterparty(Provider provider, Endpoints endpoints, ClientRegistration client) {}
