package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A line that hears what it is told to hear. */
final class FakeLine implements Line {

    static final Instant TIME = Instant.parse("2026-05-01T12:00:00Z");

    final List<String> done = new ArrayList<>();
    boolean echoes = true;
    boolean fails;
    String missed = "0:0";
    private BiConsumer<String, String> listener = (channel, payload) -> {};
    private Runnable endListener = () -> {};

    void hear(String channel, String payload) {
        listener.accept(channel, payload);
    }

    void end() {
        endListener.run();
    }

    @Override
    public Uni<Void> live(ReplicaId self) {
        return told("live " + self);
    }

    @Override
    public Uni<Void> listen(String channel) {
        return told("listen " + channel);
    }

    @Override
    public Uni<Void> sign(String channel, long number) {
        return told("sign " + number).invoke(() -> {
            if (echoes) {
                hear(channel, number + " " + TimeUnit.SECONDS.toMicros(TIME.getEpochSecond()) + " " + missed);
            }
        });
    }

    @Override
    public void onNotification(BiConsumer<String, String> each) {
        listener = each;
    }

    @Override
    public void onEnd(Runnable each) {
        endListener = each;
    }

    @Override
    public Uni<Void> close() {
        done.add("close");
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> told(String what) {
        if (fails) {
            return Uni.createFrom().failure(new IllegalStateException("away"));
        }
        return Uni.createFrom().voidItem().invoke(() -> done.add(what));
    }
}
