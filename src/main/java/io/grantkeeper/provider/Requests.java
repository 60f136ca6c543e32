package io.grantkeeper.provider;

import io.grantkeeper.oauth.ParameterNames;
import java.util.Map;
import java.util.Optional;

/**
 * How requests to a provider's authorization server are put, where the standards leave a choice or it departs from them.
 * The values of parameters and headers may have {@link Placeholders}.
 *
 * @param codeChallenged whether Proof Key for Code Exchange is used (RFC 7636); not where the provider fails over it
 * @param names what it calls the standards' parameters
 * @param authorizationParameters what the authorization request carries besides
 * @param exchangeParameters what the token request for a code carries besides
 * @param refreshParameters what the token request for a refresh carries besides
 * @param tokenHeaders what any token request carries besides
 * @param clientSecretJwt what our client shows for a secret, where it is not what the setting holds
 */
public record Requests(
        ClientAuthentication clientAuthentication,
        boolean codeChallenged,
        ParameterNames names,
        Map<String, String> authorizationParameters,
        Map<String, String> exchangeParameters,
        Map<String, String> refreshParameters,
        Map<String, String> tokenHeaders,
        Format tokenFormat,
        Optional<ClientSecretJwt> clientSecretJwt) {

    /** How the parameters of a token request are written. */
    public enum Format {
        /** As RFC 6749 §4.1.3 has it. */
        FORM,
        /** An object of JSON whose members are texts. */
        JSON,
        /** In the query of a GET, as RFC 6749 §3.2 does not let it be: nothing but an entry's own word leads to that. */
        QUERY
    }

    public Requests {
        authorizationParameters = Ordered.copyOf(authorizationParameters);
        exchangeParameters = Ordered.copyOf(exchangeParameters);
        refreshParameters = Ordered.copyOf(refreshParameters);
        tokenHeaders = Ordered.copyOf(tokenHeaders);
    }
}
