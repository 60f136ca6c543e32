package io.grantkeeper.provider;

import io.grantkeeper.secret.Secret;
import java.util.Optional;

/**
 * How a request carries an access token to a provider's API.
 *
 * @param name the header
 * @param scheme what stands before the token there (RFC 9110 §11.4), where something does
 */
public record AccessTokenHeader(String name, Optional<String> scheme) {

    static final String AUTHORIZATION = "Authorization";

    private static final String BEARER = "Bearer";

    /** That of RFC 6750 §2.1. */
    public static final AccessTokenHeader STANDARD = new AccessTokenHeader(AUTHORIZATION, Optional.of(BEARER));

    /** The header with what stands before tokens in it; a header of a provider's own has nothing there unless it is said. */
    static AccessTokenHeader of(String name, Optional<String> scheme) {
        return new AccessTokenHeader(
                name, name.equalsIgnoreCase(AUTHORIZATION) ? scheme.or(() -> Optional.of(BEARER)) : scheme);
    }

    /** The header's value. It is as secret as the token. */
    public String value(Secret token) {
        return value(token.reveal());
    }

    String value(String token) {
        return scheme.map(before -> before + " " + token).orElse(token);
    }
}
