package io.grantkeeper.caller;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Where an issuer publishes its keys: by OIDC discovery, or where the operator says. */
final class IssuerEndpoint {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 512 * 1024;

    private final WebClient http;
    private final String issuer;
    private final Optional<String> jwksUrl;

    IssuerEndpoint(Vertx vertx, String issuer, Optional<String> jwksUrl) {
        this.http = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setFollowRedirects(false)
                        .setConnectTimeout((int) TIMEOUT.toMillis())
                        .setKeepAlive(false));
        this.issuer = issuer;
        this.jwksUrl = jwksUrl;
    }

    Future<JsonWebKeySet> keys() {
        return jwksUrl.map(Future::succeededFuture)
                .orElseGet(this::discovered)
                .compose(this::get)
                .map(IssuerEndpoint::parse);
    }

    private Future<String> discovered() {
        return get(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")
                .map(Buffer::toJsonObject)
                .map(this::jwksUri);
    }

    /** OpenID Connect Discovery §4.3: the document must be about the issuer that was asked. */
    private String jwksUri(JsonObject document) {
        if (!issuer.equals(document.getString("issuer"))) {
            throw new IllegalStateException("the discovery document names another issuer");
        }
        return document.getString("jwks_uri");
    }

    private Future<Buffer> get(String url) {
        return Future.succeededFuture(url)
                .compose(known -> http.getAbs(known).timeout(TIMEOUT.toMillis()).send())
                .map(IssuerEndpoint::body);
    }

    private static Buffer body(HttpResponse<Buffer> response) {
        Buffer body = response.body();
        if (response.statusCode() != 200 || body == null || body.length() > MAX_BYTES) {
            throw new IllegalStateException("status " + response.statusCode() + " where a document was expected");
        }
        return body;
    }

    private static JsonWebKeySet parse(Buffer body) {
        try {
            return new JsonWebKeySet(body.toString());
        } catch (JoseException malformed) {
            throw new IllegalStateException("no key set", malformed);
        }
    }
}
