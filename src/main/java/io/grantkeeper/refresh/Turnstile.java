package io.grantkeeper.refresh;

import io.smallrye.mutiny.Uni;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Lets so many refreshes at once ask one provider. Some more may wait in line, in their order, where somebody waits for
 * them; those in the background use half of the places at most and do not queue.
 */
final class Turnstile {

    private final int places;
    private final int queue;
    private final LinkedHashSet<Turn> waiting = new LinkedHashSet<>();
    private int inside;
    private int insideInBackground;

    Turnstile(int places, int queue) {
        this.places = places;
        this.queue = queue;
    }

    /** Takes a place, a place in line, or none; whatever it is must be left. */
    synchronized Turn enter(Urgency urgency) {
        Turn turn = new Turn(urgency);
        if (hasPlaceFor(urgency)) {
            admit(turn);
        } else if (urgency == Urgency.DEMANDED && waiting.size() < queue) {
            waiting.add(turn);
        } else {
            turn.state = State.OUTSIDE;
        }
        return turn;
    }

    synchronized int inside() {
        return inside;
    }

    private boolean hasPlaceFor(Urgency urgency) {
        boolean free = inside < places && waiting.isEmpty();
        return free && (urgency == Urgency.DEMANDED || insideInBackground < places / 2);
    }

    private void admit(Turn turn) {
        turn.state = State.INSIDE;
        inside++;
        insideInBackground += turn.backgroundPlaces();
    }

    private synchronized Optional<Turn> leave(Turn turn) {
        State left = turn.state;
        turn.state = State.OUTSIDE;
        if (left == State.WAITING) {
            waiting.remove(turn);
        }
        return left == State.INSIDE ? handOver(turn) : Optional.empty();
    }

    private Optional<Turn> handOver(Turn left) {
        inside--;
        insideInBackground -= left.backgroundPlaces();
        Optional<Turn> next = Optional.ofNullable(waiting.isEmpty() ? null : waiting.removeFirst());
        next.ifPresent(this::admit);
        return next;
    }

    private enum State {
        WAITING,
        INSIDE,
        OUTSIDE
    }

    /** One refresh at the turnstile. */
    final class Turn {

        private final Urgency urgency;
        private final CompletableFuture<Boolean> called = new CompletableFuture<>();
        private State state = State.WAITING;

        private Turn(Urgency urgency) {
            this.urgency = urgency;
        }

        boolean isInside() {
            return is(State.INSIDE);
        }

        boolean isWaiting() {
            return is(State.WAITING);
        }

        /** True as soon as a place is free; on the thread of whoever left it. */
        Uni<Boolean> called() {
            return Uni.createFrom().completionStage(called);
        }

        /** Gives up what it has. A second time does nothing. */
        void leave() {
            Turnstile.this.leave(this).ifPresent(next -> next.called.complete(true));
        }

        private boolean is(State wanted) {
            synchronized (Turnstile.this) {
                return state == wanted;
            }
        }

        private int backgroundPlaces() {
            return urgency == Urgency.BACKGROUND ? 1 : 0;
        }
    }
}
