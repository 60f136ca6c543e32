package io.grantkeeper.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.chaos.Replicas.Replica;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Requests that arrive as good as at once: each is on its way to its replica but for the end of its head, and the ends are
 * let go one right after the other, in an order that chance decides.
 */
final class Volley implements AutoCloseable {

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Line> lines = new ArrayList<>();
    private final Random chance;

    private Volley(Random chance) {
        this.chance = chance;
    }

    /** Opens so many connections, to one replica after the other. */
    static Volley of(List<Replica> replicas, int size, Random chance) {
        Volley volley = new Volley(chance);
        try {
            for (int i = 0; i < size; i++) {
                volley.lines.add(Line.to(replicas.get(i % replicas.size())));
            }
            return volley;
        } catch (IOException failed) {
            volley.close();
            throw new UncheckedIOException(failed);
        }
    }

    /** What a replica answered. */
    record Shot(int status, String body) {

        /** Its body may hold a token. */
        @Override
        public String toString() {
            return Integer.toString(status);
        }
    }

    /** Sends the same request by each connection. */
    List<Shot> fire(String method, String target, Map<String, String> headers, String body) {
        String request = request(method, target, headers, body);
        List<Line> order = new ArrayList<>(lines);
        Collections.shuffle(order, chance);
        List<Shot> shots = new ArrayList<>();
        try {
            for (Line line : order) {
                line.aim(request);
            }
            for (Line line : order) {
                line.letGo();
            }
            for (Line line : order) {
                shots.add(line.answer());
            }
            return shots;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String request(String method, String target, Map<String, String> headers, String body) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1");
        headers.forEach((name, value) ->
                request.append("\r\n").append(name).append(": ").append(value));
        return request.append("\r\nContent-Length: ")
                .append(body.length())
                .append(END_OF_HEAD)
                .append(body)
                .toString();
    }

    @Override
    public void close() {
        lines.forEach(Line::close);
    }

    /** A connection that is used again and again. */
    private static final class Line {

        private final Socket socket;
        private final InputStream answers;
        private byte[] heldBack = {};

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            this.answers = new BufferedInputStream(socket.getInputStream());
        }

        static Line to(Replica replica) throws IOException {
            Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), replica.process().url().getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new Line(socket);
        }

        void aim(String request) throws IOException {
            int last = request.indexOf(END_OF_HEAD) + END_OF_HEAD.length() - 1;
            socket.getOutputStream().write(request.substring(0, last).getBytes(UTF_8));
            heldBack = request.substring(last).getBytes(UTF_8);
        }

        void letGo() throws IOException {
            socket.getOutputStream().write(heldBack);
        }

        Shot answer() throws IOException {
            int status = Integer.parseInt(line().split(" ")[1]);
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1));
            }
            String length = headers.get("Content-Length");
            if (length == null) {
                throw new IOException("an answer " + status + " without a length");
            }
            return new Shot(status, new String(answers.readNBytes(Integer.parseInt(length.strip())), UTF_8));
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = answers.read(); next != '\n'; next = answers.read()) {
                if (next < 0) {
                    throw new IOException("closed in the middle of an answer");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException gone) {
                // It is.
            }
        }
    }
}
