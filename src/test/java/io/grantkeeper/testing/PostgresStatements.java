package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a client's half of PostgreSQL's protocol (version 3): which statements it has executed. A prepared statement is
 * seen each time that it is bound, by the text that it was prepared with.
 */
final class PostgresStatements {

    private static final int PROTOCOL_3 = 3;
    private static final int LONGEST_MESSAGE = 1 << 24;

    private final Map<String, String> prepared = new HashMap<>();
    private final List<String> seen = new ArrayList<>();
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean started;
    private boolean lost;

    /** The statements that these bytes complete, in order. Nothing any more once the protocol is not understood. */
    synchronized List<String> read(byte[] bytes) {
        List<String> executed = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(rest.array(), rest.position(), rest.remaining());
        all.writeBytes(bytes);
        rest = ByteBuffer.wrap(all.toByteArray());
        while (!lost && hasMessage()) {
            message(executed);
        }
        seen.addAll(executed);
        return executed;
    }

    /** Whether a statement with these words has been executed here. */
    synchronized boolean hasSeen(String words) {
        return seen.stream()
                .anyMatch(statement ->
                        statement.toLowerCase(java.util.Locale.ROOT).contains(words));
    }

    private boolean hasMessage() {
        int head = started ? 1 : 0;
        if (rest.remaining() < head + 4) {
            return false;
        }
        int length = rest.getInt(rest.position() + head);
        lost = length < 4 || length > LONGEST_MESSAGE;
        return !lost && rest.remaining() >= head + length;
    }

    private void message(List<String> executed) {
        char type = started ? (char) rest.get() : 0;
        byte[] body = new byte[rest.getInt() - 4];
        rest.get(body);
        ByteBuffer message = ByteBuffer.wrap(body);
        switch (type) {
            case 0 -> started = message.remaining() >= 4 && message.getInt() >>> 16 == PROTOCOL_3;
            case 'P' -> prepared.put(text(message), text(message));
            case 'B' -> {
                text(message);
                executed.add(prepared.getOrDefault(text(message), ""));
            }
            case 'Q' -> executed.add(text(message));
            default -> {
                // Nothing that executes anything.
            }
        }
    }

    private static String text(ByteBuffer message) {
        int begin = message.position();
        while (message.hasRemaining() && message.get() != 0) {
            // On to the end of the text.
        }
        int end = Math.max(begin, message.position() - 1);
        return new String(message.array(), begin, end - begin, UTF_8);
    }
}
