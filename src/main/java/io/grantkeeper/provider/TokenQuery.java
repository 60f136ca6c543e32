package io.grantkeeper.provider;

import java.net.URI;
import java.util.Map;

/**
 * A GET that gives a token for another one, which is in its query.
 *
 * @param parameters the values may have {@link Placeholders}
 */
public record TokenQuery(URI url, Map<String, String> parameters) {

    public TokenQuery {
        parameters = Ordered.copyOf(parameters);
    }
}
