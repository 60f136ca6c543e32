package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.CONTENT_TOO_LARGE;

import io.grantkeeper.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The body of a signed request, read before anything happens because of it. */
final class SignedBody {

    static final int MAX_BYTES = 1024 * 1024;

    private final Buffer received = Buffer.buffer();
    private final UniEmitter<? super byte[]> result;

    private SignedBody(UniEmitter<? super byte[]> result) {
        this.result = result;
    }

    /** All of it; fails with {@code content_too_large} when it does not end soon enough. */
    static Uni<byte[]> read(HttpServerRequest request) {
        if (request.isEnded()) {
            return Uni.createFrom().item(new byte[0]);
        }
        return Uni.createFrom().emitter(result -> new SignedBody(result).receive(request));
    }

    private void receive(HttpServerRequest request) {
        request.handler(this::add)
                .endHandler(end -> result.complete(received.getBytes()))
                .exceptionHandler(result::fail);
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    /** What comes after too much is received and dropped: the answer has been given. */
    private void add(Buffer chunk) {
        if (received.length() + chunk.length() <= MAX_BYTES) {
            received.appendBuffer(chunk);
        } else {
            result.fail(Problem.of(CONTENT_TOO_LARGE, "The body of a signed request has at most 1 MiB here."));
        }
    }
}
