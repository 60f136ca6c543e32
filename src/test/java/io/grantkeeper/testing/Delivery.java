package io.grantkeeper.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** How an answer of a {@link ScriptedProvider} gets on the wire, whatever it says. */
@FunctionalInterface
public interface Delivery {

    /** @param over counted down when the provider is reset */
    void send(WireServer.Wire wire, byte[] head, byte[] body, CountDownLatch over)
            throws IOException, InterruptedException;

    static Delivery whole() {
        return (wire, head, body, over) -> wire.write(together(head, body));
    }

    static Delivery after(Duration time) {
        return (wire, head, body, over) -> {
            wire.pause(time, over);
            wire.write(together(head, body));
        };
    }

    static Delivery when(CountDownLatch latch) {
        return (wire, head, body, over) -> {
            wire.await(latch);
            wire.write(together(head, body));
        };
    }

    /** Byte by byte: never idle, and never done. */
    static Delivery drip(Duration each) {
        return (wire, head, body, over) -> {
            wire.write(head);
            for (byte one : body) {
                wire.pause(each, over);
                wire.write(new byte[] {one});
            }
        };
    }

    static Delivery halfAndReset() {
        return (wire, head, body, over) -> {
            wire.write(together(head, Arrays.copyOf(body, body.length / 2)));
            // An RST takes along what the client has not read.
            wire.pause(Duration.ofMillis(50), over);
            wire.reset();
        };
    }

    /** A {@code Content-Length} that was too long. */
    static Delivery halfAndClose() {
        return (wire, head, body, over) -> {
            wire.write(together(head, Arrays.copyOf(body, body.length / 2)));
            wire.close();
        };
    }

    /** All was done, and nobody is told. */
    static Delivery never() {
        return (wire, head, body, over) -> wire.close();
    }

    /** With something done before the answer is on the wire, and something after. */
    static Delivery between(Runnable before, Runnable after) {
        return (wire, head, body, over) -> {
            before.run();
            wire.write(together(head, body));
            after.run();
        };
    }

    private static byte[] together(byte[] head, byte[] body) {
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
