package io.grantkeeper.caller;

import io.grantkeeper.secret.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A client of an issuer, or of an API server, that the operator named. */
final class ServerClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 512 * 1024;

    private final Vertx vertx;
    private final WebClient http;
    private final Optional<Path> bearerFile;
    private final Set<String> bearerOrigins;

    private ServerClient(Vertx vertx, WebClientOptions options, Optional<Path> bearerFile, Set<String> bearerOrigins) {
        this.vertx = vertx;
        this.http = WebClient.create(
                vertx,
                options.setFollowRedirects(false)
                        .setConnectTimeout((int) TIMEOUT.toMillis())
                        .setKeepAlive(false));
        this.bearerFile = bearerFile;
        this.bearerOrigins = bearerOrigins;
    }

    /** One that the system's certificates are enough for, and that knows everybody. */
    static ServerClient open(Vertx vertx) {
        return new ServerClient(vertx, new WebClientOptions(), Optional.empty(), Set.of());
    }

    /**
     * One that may have an authority of its own and may want to know who asks.
     *
     * @param origins those that are shown the bearer; a document that they answer may point elsewhere
     */
    static ServerClient of(Vertx vertx, Optional<Path> caFile, Optional<Path> bearerFile, Set<String> origins) {
        WebClientOptions options = new WebClientOptions();
        caFile.ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        return new ServerClient(vertx, options, bearerFile, origins);
    }

    /** Scheme, host and port of a URL. */
    static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** The document at a URL; fails when there is none. */
    Future<Buffer> get(String url) {
        return Future.succeededFuture(url)
                .compose(known -> authorized(http.getAbs(known), known))
                .compose(HttpRequest::send)
                .map(ServerClient::document);
    }

    /** The answer to a document; fails when there is none. */
    Future<Buffer> post(String url, JsonObject body) {
        return Future.succeededFuture(url)
                .compose(known -> authorized(http.postAbs(known), known))
                .compose(request -> request.sendJsonObject(body))
                .map(ServerClient::document);
    }

    private Future<HttpRequest<Buffer>> authorized(HttpRequest<Buffer> request, String url) {
        HttpRequest<Buffer> timed = request.timeout(TIMEOUT.toMillis());
        return bearerFile
                .filter(file -> bearerOrigins.contains(origin(url)))
                .map(this::content)
                .map(bearer -> bearer.map(token -> timed.bearerTokenAuthentication(token.reveal())))
                .orElseGet(() -> Future.succeededFuture(timed));
    }

    private Future<Secret> content(Path file) {
        return vertx.fileSystem()
                .readFile(file.toString())
                .map(content -> Secret.of(content.toString().strip()));
    }

    private static Buffer document(HttpResponse<Buffer> response) {
        Buffer body = response.body();
        if (response.statusCode() / 100 != 2 || body == null || body.length() > MAX_BYTES) {
            throw new IllegalStateException("status " + response.statusCode() + " where a document was expected");
        }
        return body;
    }
}
