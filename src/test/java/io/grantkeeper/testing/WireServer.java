package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** As much of HTTP/1.1 as a provider needs, on bare sockets, so that it can go wrong on the wire as well. */
final class WireServer implements AutoCloseable {

    private static final int BACKLOG = 2_000;
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LOOK_MILLIS = 50;

    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Runnable> onAccept = new AtomicReference<>();
    private volatile ServerSocket listener;

    private WireServer(Handler handler) throws IOException {
        this.handler = handler;
        this.listener = listen(0);
    }

    /** Answers on the wire, or leaves it. */
    @FunctionalInterface
    interface Handler {
        void handle(Request request, Wire wire) throws IOException, InterruptedException;
    }

    /** A request, read to its end; header names in lower case. */
    record Request(String method, URI target, Map<String, String> headers, byte[] body) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return method + " " + target.getPath();
        }
    }

    static WireServer start(Handler handler) throws IOException {
        return new WireServer(handler);
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        Thread.ofVirtual().start(() -> accept(socket));
        return socket;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What is done once, when next somebody connects; of what it sends nothing is read. */
    void onNextAccept(Runnable once) {
        onAccept.set(once);
    }

    /** Has every client connect anew for its next request. */
    void closeConnections() {
        open.forEach(WireServer::close);
    }

    /** Nobody gets a connection any more, and whoever has one loses it. */
    void refuse() throws IOException {
        listener.close();
        closeConnections();
    }

    /** On the same port as before. */
    void acceptAgain() throws IOException {
        if (listener.isClosed()) {
            listener = listen(listener.getLocalPort());
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket socket = from.accept();
                Optional<Runnable> instead = Optional.ofNullable(onAccept.getAndSet(null));
                if (instead.isPresent()) {
                    instead.get().run();
                    close(socket);
                } else {
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException closed) {
                // Or a client that was gone at once.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            Wire wire = new Wire(socket, in);
            for (Request request = read(in); request != null && wire.isOpen(); request = read(in)) {
                wire.begin();
                handler.handle(request, wire);
                wire.end();
            }
        } catch (IOException | UncheckedIOException hungUp) {
            // The client's business.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private static Request read(BufferedInputStream in) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            return null;
        }
        String[] lines = head.split("\r\n");
        String[] first = lines[0].split(" ");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] halves = lines[i].split(":", 2);
            headers.put(halves[0].toLowerCase(Locale.ROOT), halves[1].strip());
        }
        if (headers.containsKey("transfer-encoding")) {
            throw new IOException("a body without a length is not understood here");
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(first[0], URI.create(first[1]), Map.copyOf(headers), body);
    }

    /** Up to the empty line; nothing where the client is done. */
    private static String head(BufferedInputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lineEnds = 0;
        while (lineEnds < 4) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            boolean expected = next == (lineEnds % 2 == 0 ? '\r' : '\n');
            lineEnds = expected ? lineEnds + 1 : 0;
            if (head.size() > LONGEST_HEAD) {
                throw new IOException("a head without end");
            }
        }
        return head.toString(ISO_8859_1);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // As it should be.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException closed) {
            // As it should be.
        }
        closeConnections();
    }

    /** One client's connection. What is written is on its way at once. */
    static final class Wire {

        private final Socket socket;
        private final BufferedInputStream in;
        private boolean written;

        private Wire(Socket socket, BufferedInputStream in) {
            this.socket = socket;
            this.in = in;
        }

        void write(byte[] bytes) throws IOException {
            written = true;
            socket.getOutputStream().write(bytes);
        }

        /** Ends the connection with an RST: whatever the client has not read yet is lost to it. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void close() {
            WireServer.close(socket);
        }

        boolean isOpen() {
            return !socket.isClosed();
        }

        /** Waits for so long. Fails when the client hangs up before that, or the latch says that it is over. */
        void pause(Duration time, CountDownLatch over) throws IOException {
            long deadline = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < deadline) {
                look(deadline - System.nanoTime());
                if (over.getCount() == 0) {
                    throw new IOException("the provider was reset");
                }
            }
        }

        /** Waits until the latch is down. Fails when the client hangs up before that. */
        void await(CountDownLatch latch) throws IOException {
            while (latch.getCount() > 0) {
                look(Long.MAX_VALUE);
            }
        }

        private void look(long nanos) throws IOException {
            in.mark(1);
            try {
                socket.setSoTimeout((int) Math.clamp(nanos / 1_000_000, 1, LOOK_MILLIS));
                if (in.read() < 0) {
                    throw new IOException("the client has hung up");
                }
                in.reset();
                // It sends the next request already: nothing to be seen by looking.
                Thread.sleep(1);
            } catch (SocketTimeoutException stillThere) {
                // It waits, and so do we.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException(stopped);
            } finally {
                if (isOpen()) {
                    socket.setSoTimeout(0);
                }
            }
        }

        private void begin() {
            written = false;
        }

        /** A request that was not answered ends the connection. */
        private void end() {
            if (!written) {
                close();
            }
        }
    }
}
