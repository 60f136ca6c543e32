package io.grantkeeper.provider;

import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A provider, where it is reached, and as which client we come.
 *
 * @param redirectUri where it sends browsers back to; looked up when it is needed
 */
public record Counterparty(
        Provider provider, Endpoints endpoints, ClientRegistration client, Supplier<URI> redirectUri) {

    /**
     * Within which a subject is one and the same user: the issuer where the provider has one; else where there is one of the
     * provider for each connection or each operator, which of them it is; else nothing, since it is the provider's name that
     * says it. Where a user has several accounts and a connection is to one of them, that follows after a space.
     *
     * @param fields of the connection
     */
    public String issuer(ConnectionFields fields) {
        String issuer = endpoints.issuer().orElseGet(() -> place(fields));
        return provider.accountField()
                .flatMap(name -> fields.find(name).map(value -> " " + name + "=" + value))
                .filter(account -> !issuer.contains(account))
                .map(issuer::concat)
                .orElse(issuer);
    }

    private String place(ConnectionFields fields) {
        return provider.isManifold() || provider.isOperatorsOwn() ? provider.tokenEndpointOrigin(fields) : "";
    }

    /** Whether what one of the two is shown, or tells, stays at one place. */
    public boolean sharesItsTokenEndpoint(Counterparty other) {
        return Provider.origin(endpoints.token())
                .equals(Provider.origin(other.endpoints().token()));
    }

    /** The same, to whom we come as another client. */
    Counterparty as(ClientRegistration other) {
        return new Counterparty(provider, endpoints, other, redirectUri);
    }

    /** What the authorization request for these scopes carries besides the standard's parameters. */
    public Map<String, String> authorizationParameters(Collection<String> scopes) {
        Map<String, String> parameters =
                Placeholders.of(this, scopes).fill(provider.requests().authorizationParameters());
        parameters.putAll(provider.scopes().parameters(scopes));
        return parameters;
    }
}
