package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import java.util.function.BiConsumer;

/** The one connection to the database that is this replica's own for as long as it lasts. */
interface Line {

    /** Holds the lock by which other replicas see that this one lives, until the line ends. */
    Uni<Void> live(ReplicaId self);

    Uni<Void> listen(String channel);

    /** Sends a {@link Sign} of that number, which a line that listens to that channel hears, too. */
    Uni<Void> sign(String channel, long number);

    /** Gives all that is heard, the name of the channel first, in the order in which it was committed. */
    void onNotification(BiConsumer<String, String> listener);

    void onEnd(Runnable listener);

    Uni<Void> close();
}
