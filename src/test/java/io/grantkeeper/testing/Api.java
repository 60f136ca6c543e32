package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A program that calls the API, with a credential of one kind or none. Redirects are not followed. */
public final class Api {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final URI base;
    private final Credential credential;

    private Api(URI base, Credential credential) {
        this.base = base;
        this.credential = credential;
    }

    /** Puts on a request what proves its caller. */
    @FunctionalInterface
    public interface Credential {
        void prove(HttpRequest.Builder request, String method, URI target, byte[] body);
    }

    public static Api ofNobody(URI base) {
        return new Api(base, (request, method, target, body) -> {});
    }

    public static Api bearer(URI base, String token) {
        Canaries.add("bearer token", token);
        return new Api(base, (request, method, target, body) -> request.header("Authorization", "Bearer " + token));
    }

    /** Signs in the profile of the contract with an HMAC key of 64 hexadecimal digits. */
    public static Api signed(URI base, String keyId, String hexSecret) {
        return new Api(base, MessageSigner.hmac(keyId, hexSecret));
    }

    /** A page's script, whose browser sends the cookie of the signed-in user along. */
    public static Api cookie(URI base, String name, String value) {
        return new Api(base, (request, method, target, body) -> request.header("Cookie", name + "=" + value));
    }

    public static Api with(URI base, Credential credential) {
        return new Api(base, credential);
    }

    @CanIgnoreReturnValue
    public Answer get(String target) {
        return send("GET", target, "");
    }

    @CanIgnoreReturnValue
    public Answer post(String target, String json) {
        return send("POST", target, json);
    }

    @CanIgnoreReturnValue
    public Answer delete(String target) {
        return send("DELETE", target, "");
    }

    @CanIgnoreReturnValue
    public Answer send(String method, String target, String json, String... headers) {
        try {
            return Answer.of(HTTP.send(request(method, target, json, headers), BodyHandlers.ofString(UTF_8)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** The same without waiting for it. */
    public CompletableFuture<Answer> start(String method, String target, String json, String... headers) {
        return HTTP.sendAsync(request(method, target, json, headers), BodyHandlers.ofString(UTF_8))
                .thenApply(Answer::of);
    }

    /** The same for a caller that may hang up: cancelling it closes the connection. */
    public CompletableFuture<Answer> startCancellable(String method, String target, String... headers) {
        CompletableFuture<HttpResponse<String>> call =
                HTTP.sendAsync(request(method, target, "", headers), BodyHandlers.ofString(UTF_8));
        CompletableFuture<Answer> answer = call.thenApply(Answer::of);
        answer.whenComplete((any, failure) -> call.cancel(true));
        return answer;
    }

    private HttpRequest request(String method, String target, String json, String... headers) {
        byte[] body = json.getBytes(UTF_8);
        URI uri = base.resolve(target);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (body.length > 0) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        credential.prove(request, method, uri, body);
        return request.build();
    }
}
