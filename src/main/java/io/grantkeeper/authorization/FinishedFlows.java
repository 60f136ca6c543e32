package io.grantkeeper.authorization;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Flows that ended long ago; whoever keeps time has them forgotten. */
@ApplicationScoped
public class FinishedFlows {

    private final Attempts attempts;

    FinishedFlows(Attempts attempts) {
        this.attempts = attempts;
    }

    public Uni<Void> forget() {
        return attempts.forgetOld();
    }
}
