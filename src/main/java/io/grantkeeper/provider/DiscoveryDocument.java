package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** An authorization server's metadata (RFC 8414 §2, OpenID Connect Discovery §3), believed only after checks. */
record DiscoveryDocument(JsonNode document) {

    /** Where an issuer publishes it: as OpenID Connect has it, then as OAuth has it, which part ways where there is a path. */
    static List<URI> addresses(String issuer) {
        String base = issuer.replaceFirst("/$", "");
        URI uri = URI.create(base);
        String origin = uri.getScheme() + "://" + uri.getRawAuthority();
        return List.of(
                URI.create(base + "/.well-known/openid-configuration"),
                URI.create(origin + "/.well-known/oauth-authorization-server" + uri.getRawPath()));
    }

    /**
     * The endpoints that it tells.
     *
     * @throws EgressFailure when it is another issuer's, by simple string comparison (RFC 8414 §3.3), or an endpoint is
     *     missing or lies where no endpoint may
     */
    Endpoints endpoints(String issuer, boolean allowPrivate) {
        if (!issuer.equals(document.path("issuer").textValue())) {
            throw refused("the document is another issuer's");
        }
        return new Endpoints(
                required("authorization_endpoint", allowPrivate),
                required("token_endpoint", allowPrivate),
                Optional.empty(),
                endpoint("revocation_endpoint", allowPrivate)
                        .map(url -> new Revocation(Revocation.Style.RFC7009, url.toString())),
                endpoint("userinfo_endpoint", allowPrivate),
                Optional.of(issuer),
                document.path("authorization_response_iss_parameter_supported").asBoolean());
    }

    private URI required(String name, boolean allowPrivate) {
        return endpoint(name, allowPrivate).orElseThrow(() -> refused(name + " is missing"));
    }

    private Optional<URI> endpoint(String name, boolean allowPrivate) {
        Optional<String> url = Optional.ofNullable(document.path(name).textValue());
        url.flatMap(text -> EndpointUrls.objection(text, allowPrivate)).ifPresent(objection -> {
            throw refused(name + " " + objection);
        });
        url.flatMap(EndpointUrls::reservedParameter).ifPresent(parameter -> {
            throw refused(name + " must not set " + parameter);
        });
        return url.map(URI::create);
    }

    private static EgressFailure refused(String reason) {
        return new EgressFailure(EgressFailure.Kind.NOT_SENT, reason);
    }
}
