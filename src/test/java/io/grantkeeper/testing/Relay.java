package io.grantkeeper.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** The network between a service and what it talks to, with everything that happens to networks. */
public final class Relay implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;
    private volatile boolean refusing;
    private volatile boolean stalledThere;
    private volatile boolean stalledBack;
    private volatile Duration delay = Duration.ZERO;
    private volatile Watch watch = (statement, link) -> {};

    /** Sees each statement that a client has PostgreSQL execute, before it is passed on. */
    @FunctionalInterface
    public interface Watch {
        void sees(String statement, Link link);
    }

    private Relay(ServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    /** One on a port of its own, which passes everything. */
    public static Relay to(String host, int port) {
        try {
            return started(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), host, port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One that its clients speak TLS with, and what is behind it does not. */
    public static Relay tls(SSLContext identity, String host, int port) {
        try {
            ServerSocket listener =
                    identity.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            return started(listener, host, port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Relay started(ServerSocket listener, String host, int port) {
        Relay relay = new Relay(listener, new InetSocketAddress(host, port));
        Thread.ofPlatform().daemon().start(relay::accept);
        return relay;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Leads there from now on; what was connected before is reset. */
    public void leadTo(String host, int port) {
        target = new InetSocketAddress(host, port);
        shake();
    }

    /** As a network should be. What was stalled stays lost; connections that lost something are reset. */
    public void pass() {
        boolean lossy = stalledThere || stalledBack;
        refusing = false;
        delay = Duration.ZERO;
        watch = (statement, link) -> {};
        if (lossy) {
            links.forEach(Link::reset);
        }
        stalledThere = false;
        stalledBack = false;
    }

    /** Every connection is reset, and new ones are too. */
    public void cut() {
        refusing = true;
        links.forEach(Link::reset);
    }

    /** Resets every connection, once. */
    public void shake() {
        links.forEach(Link::reset);
    }

    /** Nothing arrives any more, and nobody is told. */
    public void stall() {
        stalledThere = true;
        stalledBack = true;
    }

    /** What the server answers does not arrive. */
    public void stallAnswers() {
        stalledBack = true;
    }

    /** Each piece of data takes longer by this, in both directions. */
    public void delay(Duration time) {
        delay = time;
    }

    /** Has every statement of PostgreSQL's protocol shown from now on. */
    public void watch(Watch by) {
        watch = by;
    }

    /**
     * Stalls those connections that executed a statement with these words, and no others.
     *
     * @return how many
     */
    public int stallWhere(String words) {
        List<Link> found =
                links.stream().filter(link -> link.statements.hasSeen(words)).toList();
        found.forEach(Link::stall);
        return found.size();
    }

    public int connections() {
        return links.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    reset(client);
                } else {
                    connect(client);
                }
            } catch (IOException closed) {
                // Or a client that was gone at once.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(target, 5_000);
        } catch (IOException away) {
            server.close();
            reset(client);
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Link link = new Link(client, server);
        links.add(link);
        link.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // As it should be.
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException closed) {
            // As it should be.
        }
    }

    /** One connection through the relay. */
    public final class Link {

        private final Socket client;
        private final Socket server;
        private final PostgresStatements statements = new PostgresStatements();
        private final AtomicReference<Runnable> onAnswer = new AtomicReference<>();
        private final AtomicInteger ended = new AtomicInteger();
        private volatile boolean stalled;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /** Has this be done once, when the server has answered and before the client hears of it. */
        public void onAnswer(Runnable then) {
            onAnswer.set(then);
        }

        /** The server's answer is lost, and the connection with it. */
        public void loseAnswer(Runnable then) {
            onAnswer(() -> {
                then.run();
                reset();
            });
        }

        /** Nothing passes any more. */
        public void stall() {
            stalled = true;
        }

        /** The connection is no more, in both directions; what the client just sent is not passed on. */
        public void reset() {
            Relay.reset(client);
            Relay.reset(server);
        }

        private void start() {
            Thread.ofVirtual().start(this::there);
            Thread.ofVirtual().start(this::back);
        }

        private void there() {
            pump(client, server, (bytes, out) -> {
                statements.read(bytes).forEach(statement -> watch.sees(statement, this));
                if (!stalledThere && !stalled) {
                    out.write(bytes);
                }
            });
        }

        private void back() {
            pump(server, client, (bytes, out) -> {
                Optional.ofNullable(onAnswer.getAndSet(null)).ifPresent(Runnable::run);
                if (!stalledBack && !stalled) {
                    out.write(bytes);
                }
            });
        }

        private void pump(Socket from, Socket to, Passing passing) {
            byte[] buffer = new byte[CHUNK];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    LockSupport.parkNanos(delay.toNanos());
                    passing.pass(Arrays.copyOf(buffer, read), out);
                }
                to.shutdownOutput();
            } catch (IOException gone) {
                reset();
            } finally {
                end();
            }
        }

        /** Done when both directions are, or the connection was reset. */
        private void end() {
            if (ended.incrementAndGet() == 2 || client.isClosed()) {
                reset();
                links.remove(this);
            }
        }
    }

    @FunctionalInterface
    private interface Passing {
        void pass(byte[] bytes, OutputStream out) throws IOException;
    }
}
