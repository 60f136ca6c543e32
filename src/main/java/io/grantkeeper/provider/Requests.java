package io.grantkeeper.provider;

import java.util.Map;

/**
 * How requests to a provider's authorization server are put, where the standards leave a choice or it departs from them.
 *
 * @param authorizationParameters what the authorization request carries besides the standard's
 * @param tokenHeaders what a token request carries besides the standard's
 */
public record Requests(
        ClientAuthentication clientAuthentication,
        Map<String, String> authorizationParameters,
        Map<String, String> tokenHeaders) {

    public Requests {
        authorizationParameters = Ordered.copyOf(authorizationParameters);
        tokenHeaders = Ordered.copyOf(tokenHeaders);
    }
}
