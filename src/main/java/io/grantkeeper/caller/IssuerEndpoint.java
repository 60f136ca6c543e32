package io.grantkeeper.caller;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Where an issuer publishes its keys: by OIDC discovery, or where the operator says. */
final class IssuerEndpoint {

    private final ServerClient http;
    private final String issuer;
    private final Optional<String> jwksUrl;

    IssuerEndpoint(ServerClient http, String issuer, Optional<String> jwksUrl) {
        this.http = http;
        this.issuer = issuer;
        this.jwksUrl = jwksUrl;
    }

    Future<JsonWebKeySet> keys() {
        return jwksUrl.map(Future::succeededFuture)
                .orElseGet(this::discovered)
                .compose(http::get)
                .map(IssuerEndpoint::parse);
    }

    private Future<String> discovered() {
        return http.get(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")
                .map(Buffer::toJsonObject)
                .map(this::jwksUri);
    }

    /** OpenID Connect Discovery §4.3: the document must be about the issuer that was asked. */
    private String jwksUri(JsonObject document) {
        if (!issuer.equals(document.getString("issuer"))) {
            throw new IllegalStateException("the discovery document names another issuer");
        }
        String keys = document.getString("jwks_uri");
        if (issuer.startsWith("https:") && !String.valueOf(keys).startsWith("https:")) {
            throw new IllegalStateException("the discovery document leads away from https");
        }
        return keys;
    }

    private static JsonWebKeySet parse(Buffer body) {
        try {
            return new JsonWebKeySet(body.toString());
        } catch (JoseException malformed) {
            throw new IllegalStateException("no key set", malformed);
        }
    }
}
