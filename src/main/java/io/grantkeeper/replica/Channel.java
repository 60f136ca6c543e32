package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.function.Consumer;

/** What replicas tell each other, and whether it is heard. */
public interface Channel {

    /** The PostgreSQL channel that notices are sent on. */
    String NAME = "grantkeeper";

    /**
     * Whether all that was told until a few seconds ago has been heard here: the last sign that this replica sent itself
     * came back, and was sent no more than five seconds ago.
     */
    boolean isAlive();

    /**
     * Whether this replica has heard without a break since its start, or for so long that the others, if they were without
     * the database when it was, have had the time to write what they held meanwhile.
     */
    boolean isSteady();

    /** The database's time, by the last sign and the time since; only to be asked while the channel is alive. */
    Instant databaseTime();

    /** Hears every notice from now on, this replica's own too, on whatever thread. It must not block. */
    void subscribe(Consumer<Notice> listener);

    /** Hears each time that notices may have been lost. */
    void onSilence(Runnable listener);

    /** Tells all replicas. Fails when the database is away. */
    Uni<Void> tell(Notice notice);

    /** Tells this replica alone, at once, of what it has just done itself; what the database tells of it comes later. */
    void tellHere(Notice notice);
}
