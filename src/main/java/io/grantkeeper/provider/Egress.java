package io.grantkeeper.provider;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.URI;
import java.security.cert.CertificateException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls providers: one request, one answer of a bounded size within an absolute time, no redirect, no second try.
 *
 * <p>A refresh that is sent twice can burn a rotating refresh token, so a connection is never reused: one that the
 * provider has just closed would leave the fate of the request unknown. Names are resolved here, and the socket is
 * opened to the address that was checked.
 */
@ApplicationScoped
public class Egress {

    private static final Logger LOG = Logger.getLogger(Egress.class);
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int MAX_CONNECTIONS_PER_HOST = 64;

    private final VertxInternal vertx;
    private final HttpClient http;

    Egress(Vertx vertx) {
        this.vertx = (VertxInternal) vertx;
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setVerifyHost(true).setConnectTimeout(CONNECT_MILLIS),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_HOST));
    }

    /** Fails with {@link EgressFailure} alone. */
    Uni<Answer> send(Outbound outbound) {
        return Uni.createFrom().emitter(emitter -> {
            Call call = new Call(outbound, emitter);
            vertx.getOrCreateContext().runOnContext(now -> call.start());
        });
    }

    private Future<InetAddress> resolve(String host) {
        Promise<InetAddress> address = Promise.promise();
        vertx.resolveAddress(host, address);
        return address.future();
    }

    /** One request on its way, all of it on one context; whichever end comes first counts. */
    private final class Call {

        private final Outbound outbound;
        private final UniEmitter<? super Answer> emitter;
        private final Buffer body = Buffer.buffer();
        private @Nullable HttpClientRequest request;
        private boolean sent;
        private boolean ended;
        private long timer;

        Call(Outbound outbound, UniEmitter<? super Answer> emitter) {
            this.outbound = outbound;
            this.emitter = emitter;
        }

        void start() {
            timer = vertx.setTimer(Math.max(1, outbound.deadline().toMillis()), expired -> fail("no answer in time"));
            resolve(outbound.uri().getHost())
                    .map(this::permitted)
                    .compose(address -> http.request(options(address)))
                    .onSuccess(this::transmit)
                    .onFailure(this::unreached);
        }

        /** Whoever answers under a name that is not proven may be anybody: of that the operator has to know. */
        private void unreached(Throwable failure) {
            if (isOfCertificate(failure)) {
                LOG.errorf("certificate refused host=%s port=%d", outbound.uri().getHost(), port(outbound.uri()));
            }
            if (failure instanceof EgressFailure ours) {
                refuse(ours);
            } else {
                fail(reasonOf(failure));
            }
        }

        /** Before anything was sent. */
        private void refuse(EgressFailure why) {
            if (end()) {
                emitter.fail(why);
            }
        }

        private InetAddress permitted(InetAddress address) {
            if (!outbound.privateAllowed() && PrivateAddresses.contains(address)) {
                throw EgressFailure.forbidden("the address is private");
            }
            return address;
        }

        private RequestOptions options(InetAddress address) {
            URI uri = outbound.uri();
            boolean tls = isTls(uri);
            int port = port(uri);
            return new RequestOptions()
                    .setMethod(outbound.method())
                    .setHost(uri.getHost())
                    .setPort(port)
                    .setSsl(tls)
                    .setURI(requestTarget(uri))
                    .setHeaders(headers())
                    .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                    .setFollowRedirects(false);
        }

        /** Made before a connection is: what no header may hold, a token with a line end in it, fails here. */
        private MultiMap headers() {
            MultiMap headers = HttpHeaders.headers();
            outbound.headers().forEach(headers::set);
            return headers.set("Accept-Encoding", "identity");
        }

        private void transmit(HttpClientRequest opened) {
            if (!begin(opened)) {
                opened.connection().close();
                return;
            }
            // Vert.x logs what nobody handles, and its messages quote what the provider sent.
            opened.connection().exceptionHandler(told -> {});
            opened.exceptionHandler(failure -> fail(reasonOf(failure)));
            opened.response().onSuccess(this::receive).onFailure(failure -> fail(reasonOf(failure)));
            opened.send(outbound.body().map(Buffer::buffer).orElseGet(Buffer::buffer))
                    .onFailure(failure -> fail(reasonOf(failure)));
        }

        private void receive(HttpClientResponse response) {
            response.exceptionHandler(failure -> fail(reasonOf(failure)));
            response.handler(chunk -> {
                if (body.length() + chunk.length() > MAX_BODY_BYTES) {
                    fail("the answer is too long");
                } else {
                    body.appendBuffer(chunk);
                }
            });
            response.endHandler(end -> complete(
                    new Answer(response.statusCode(), response.headers().get("Retry-After"), body.toString())));
        }

        private void complete(Answer answer) {
            if (end()) {
                emitter.complete(answer);
            }
        }

        private void fail(String reason) {
            if (end()) {
                if (request != null) {
                    request.connection().close();
                }
                emitter.fail(
                        new EgressFailure(sent ? EgressFailure.Kind.ANSWER_LOST : EgressFailure.Kind.NOT_SENT, reason));
            }
        }

        /** False when the time was up before; else whatever ends the call from now on knows that it was sent. */
        private synchronized boolean begin(HttpClientRequest opened) {
            if (ended) {
                return false;
            }
            request = opened;
            sent = true;
            return true;
        }

        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            vertx.cancelTimer(timer);
            return first;
        }
    }

    private static String requestTarget(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static boolean isTls(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private static int port(URI uri) {
        int usual = isTls(uri) ? 443 : 80;
        return uri.getPort() == -1 ? usual : uri.getPort();
    }

    private static boolean isOfCertificate(Throwable failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /** The kind of failure without its message, which may quote an address with a query or a piece of an answer. */
    private static String reasonOf(Throwable failure) {
        return failure.getClass().getSimpleName();
    }
}
