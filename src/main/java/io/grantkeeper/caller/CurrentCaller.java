package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.FORBIDDEN;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who makes this request.
 *
 * <p>Each resource method asks for the kind of caller that it serves; until it does, nobody was let in.
 */
@RequestScoped
public class CurrentCaller {

    private @Nullable ProvenCaller proven;

    void is(ProvenCaller caller) {
        proven = caller;
    }

    /** @throws Problem {@code unauthenticated} when the request carries no credential */
    public Caller require() {
        if (proven == null) {
            throw Problem.of(UNAUTHENTICATED, "This needs a signed-in user or a registered agent.");
        }
        return proven.caller();
    }

    /** @throws Problem {@code unauthenticated}, or {@code forbidden} for an agent */
    public User requireUser() {
        return switch (require()) {
            case User user -> user;
            case LocalOwner owner -> owner.asUser();
            case Agent agent -> throw Problem.of(FORBIDDEN, "This is for users, not for agents.");
        };
    }

    /** @throws Problem {@code unauthenticated}, or {@code forbidden} for a user */
    public Agent requireAgent() {
        return switch (require()) {
            case Agent agent -> agent;
            case LocalOwner owner -> owner.asAgent();
            case User user -> throw Problem.of(FORBIDDEN, "This is for agents: a user never receives a token.");
        };
    }

    /** The signed-in user, for pages that have something to say to nobody too. */
    public Optional<User> user() {
        return proven().flatMap(known -> switch (known.caller()) {
            case User user -> Optional.of(user);
            case LocalOwner owner -> Optional.of(owner.asUser());
            case Agent agent -> Optional.empty();
        });
    }

    /** The caller with what it was known by; empty for nobody. */
    public Optional<ProvenCaller> proven() {
        return Optional.ofNullable(proven);
    }
}
