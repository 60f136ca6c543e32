package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A request that no library tidies up: what it says is what is sent, on a connection of its own. */
public record RawRequest(String method, String target, List<String> headers, String body) {

    private static final int PATIENCE_MILLIS = 10_000;

    /** @param status 0 where the server hung up without a word */
    public record Received(int status, String head, String body) {

        private static Received of(String response) {
            int end = response.indexOf("\r\n\r\n");
            if (end < 0 || !response.startsWith("HTTP/1.")) {
                return new Received(0, "", "");
            }
            return new Received(
                    Integer.parseInt(response.substring(9, 12)),
                    response.substring(0, end),
                    response.substring(end + 4));
        }

        /** Whether the answer says so anywhere. */
        public boolean says(String text) {
            return head.contains(text) || body.contains(text);
        }

        /** Without its body, which may hold a token. */
        @Override
        public String toString() {
            return status + (status >= 400 ? " " + body : "");
        }
    }

    /** What the server says until it hangs up, as it is asked to. */
    public Received send(URI server) {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes());
            return Received.of(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("no end of the answer to " + this, silent);
        } catch (SocketException hungUp) {
            return Received.of("");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private byte[] bytes() {
        List<String> lines = new ArrayList<>(List.of(method + " " + target + " HTTP/1.1"));
        lines.addAll(headers);
        lines.add("Connection: close");
        if (!body.isEmpty()) {
            lines.add("Content-Type: application/json");
            lines.add("Content-Length: " + body.getBytes(ISO_8859_1).length);
        }
        return (String.join("\r\n", lines) + "\r\n\r\n" + body).getBytes(ISO_8859_1);
    }

    /** Records print what they hold. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
