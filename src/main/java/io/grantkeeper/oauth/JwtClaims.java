package io.grantkeeper.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * The claims of a JSON Web Token (RFC 7519) that came from its issuer itself over TLS: nothing else says that they are
 * true.
 */
public final class JwtClaims {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JwtClaims() {}

    /** Empty where it is no readable JWT, such as an encrypted one. */
    public static Optional<JsonNode> read(Secret token) {
        String[] parts = token.reveal().split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(Base64.getUrlDecoder().decode(parts[1])))
                    .filter(JsonNode::isObject);
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
