package io.grantkeeper.provider;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A provider's API: where its tokens may be sent, and how requests to it are put.
 *
 * @param baseUrls the first is the usual one
 * @param token how a request carries an access token
 * @param headers what it carries besides; the values may have {@link Placeholders}
 */
public record Api(List<URI> baseUrls, AccessTokenIn token, Map<String, String> headers) {

    public Api {
        baseUrls = List.copyOf(baseUrls);
        headers = Ordered.copyOf(headers);
    }
}
