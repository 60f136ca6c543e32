package io.grantkeeper.rehearsal;

import io.smallrye.mutiny.Uni;

/** Waits for what a command needs, which has nothing else to do. Whoever starts the command says how, and for how long. */
public interface Awaiting {

    /** The item; throws what the {@code Uni} fails with. */
    <T> T await(Uni<T> uni);
}
