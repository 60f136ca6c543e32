package io.grantkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One server on loopback for the imitations of all providers, each under the path of its id. */
final class ImitationServer implements AutoCloseable {

    private static final int BACKLOG = 50;
    private static final int LONGEST = 256 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, EntryImitation> imitations = new ConcurrentHashMap<>();

    ImitationServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** A new imitation of the provider, which takes the place of an older one. */
    EntryImitation imitate(EntryText entry) {
        EntryImitation imitation = new EntryImitation(moved(entry.exemplified()).completed());
        imitations.put(entry.id(), imitation);
        return imitation;
    }

    /** An entry as whoever is to meet its imitation has to have it. */
    EntryText moved(EntryText entry) {
        return entry.movedTo("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = request(exchange);
            String[] path = request.path().split("/", 3);
            Response response = Optional.ofNullable(path.length < 2 ? null : imitations.get(path[1]))
                    .map(imitation -> imitation.answer(request))
                    .orElseGet(() -> Response.empty(404));
            answer(exchange, response);
        }
    }

    private static Request request(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return new Request(
                exchange.getRequestMethod(),
                target(exchange.getRequestURI()),
                headers,
                new String(exchange.getRequestBody().readNBytes(LONGEST), UTF_8));
    }

    private static String target(URI uri) {
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    private static void answer(HttpExchange exchange, Response response) throws IOException {
        byte[] body = response.body().getBytes(UTF_8);
        response.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
