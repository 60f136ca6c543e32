package io.grantkeeper.provider;

import io.grantkeeper.secret.Secret;
import java.util.Map;
import java.util.Optional;

/** How a request carries an access token to a provider's API. */
public sealed interface AccessTokenIn {

    String AUTHORIZATION = "Authorization";

    /** That of RFC 6750 §2.1. */
    AccessTokenIn STANDARD = new Header(AUTHORIZATION, Optional.of("Bearer"));

    /** The request with the token in it. */
    Outbound carry(Outbound request, Secret token);

    /** The same with something else before the token, where something is said and there is a place for it. */
    AccessTokenIn withScheme(Optional<String> scheme);

    /** A call of an address with curl and the token that a variable holds, and with these arguments besides. */
    String curl(String variable, String besides, String url);

    /** The header with what stands before tokens in it; a header of a provider's own has nothing there unless it is said. */
    static AccessTokenIn header(String name, Optional<String> scheme) {
        return STANDARD instanceof Header usual && name.equalsIgnoreCase(AUTHORIZATION)
                ? new Header(name, scheme.or(usual::scheme))
                : new Header(name, scheme);
    }

    /**
     * In a header.
     *
     * @param scheme what stands before the token there (RFC 9110 §11.4), where something does
     */
    record Header(String name, Optional<String> scheme) implements AccessTokenIn {

        @Override
        public Outbound carry(Outbound request, Secret token) {
            return request.with(name, value(token.reveal()));
        }

        @Override
        public AccessTokenIn withScheme(Optional<String> other) {
            return new Header(name, other.or(() -> scheme));
        }

        @Override
        public String curl(String variable, String besides, String url) {
            return "curl -H \"" + name + ": " + value("$" + variable) + "\" " + besides + url;
        }

        private String value(String token) {
            return scheme.map(before -> before + " " + token).orElse(token);
        }
    }

    /** As a parameter in the query (RFC 6750 §2.3): the address is as secret as the token then. */
    record Query(String name) implements AccessTokenIn {

        @Override
        public Outbound carry(Outbound request, Secret token) {
            return request.at(QueryText.with(request.uri(), Map.of(name, token.reveal())));
        }

        @Override
        public AccessTokenIn withScheme(Optional<String> other) {
            return this;
        }

        @Override
        public String curl(String variable, String besides, String url) {
            return "curl " + besides + "\"" + url + (url.contains("?") ? "&" : "?") + name + "=$" + variable + "\"";
        }
    }
}
