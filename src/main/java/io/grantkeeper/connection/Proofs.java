package io.grantkeeper.connection;

import io.smallrye.mutiny.Uni;

/** Proves refresh tokens that were got elsewhere, by one refresh whose result is kept. */
public interface Proofs {

    /**
     * The connection that the token became. It fails with a {@link io.grantkeeper.problem.Problem}: {@code duplicate}
     * without asking the provider where the token is known here already, {@code import_rejected} when the provider does
     * not accept it, {@code refresh_unavailable} when nothing is known yet.
     */
    Uni<ConnectionId> prove(Import wanted);
}
