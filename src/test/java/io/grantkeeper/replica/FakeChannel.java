package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A channel that is as alive as it is told to be. */
public final class FakeChannel implements Channel {

    public boolean alive = true;
    public boolean steady = true;
    public Instant time = Instant.parse("2026-05-01T12:00:00Z");
    private final List<Consumer<Notice>> listeners = new ArrayList<>();
    private final List<Runnable> silenceListeners = new ArrayList<>();

    public void lose() {
        alive = false;
        silenceListeners.forEach(Runnable::run);
    }

    @Override
    public boolean isAlive() {
        return alive;
    }

    @Override
    public boolean isSteady() {
        return alive && steady;
    }

    @Override
    public Instant databaseTime() {
        return time;
    }

    @Override
    public void subscribe(Consumer<Notice> listener) {
        listeners.add(listener);
    }

    @Override
    public void onSilence(Runnable listener) {
        silenceListeners.add(listener);
    }

    @Override
    public Uni<Void> tell(Notice notice) {
        return Uni.createFrom().voidItem().invoke(() -> tellHere(notice));
    }

    @Override
    public void tellHere(Notice notice) {
        listeners.forEach(listener -> listener.accept(notice));
    }
}
