package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.DUPLICATE;
import static java.time.temporal.ChronoUnit.MICROS;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hibernate.exception.ConstraintViolationException;

/** The registered agents of accounts. */
@Singleton
public final class Agents {

    private final AgentRows rows;
    private final AgentSecrets secrets;
    private final AgentKeyholders keyholders;
    private final AgentsConfig config;
    private final LocalOwnership owner;
    private final InstantSource clock;
    private final Uuid7 ids;

    Agents(
            AgentRows rows,
            AgentSecrets secrets,
            AgentKeyholders keyholders,
            AgentsConfig config,
            LocalOwnership owner,
            InstantSource clock,
            Uuid7 ids) {
        this.rows = rows;
        this.secrets = secrets;
        this.keyholders = keyholders;
        this.config = config;
        this.clock = clock;
        this.owner = owner;
        this.ids = ids;
    }

    /** The agent of an account; fails with {@code not_found} for one of another account as for none. */
    public Uni<Agent> require(AccountId account, AgentId id) {
        return owner.agent(account, id)
                .map(Uni.createFrom()::item)
                .orElseGet(() -> row(account, id).map(AgentRow::agent));
    }

    /**
     * Seals anew, under the primary key, secrets that are sealed under another.
     *
     * @param most how many agents to take at once
     * @return how many there were
     */
    public Uni<Integer> reseal(int most) {
        return Panache.withTransaction(() -> rows.lockSealedUnderAnotherKey(secrets.primaryKeyId(), most)
                .invoke(found -> found.forEach(secrets::reseal))
                .map(List::size));
    }

    Uni<AgentRow> row(AccountId account, AgentId id) {
        return Panache.withSession(() -> rows.require(account, id));
    }

    Uni<List<AgentRow>> after(AccountId account, String cursor, int limit) {
        return Panache.withSession(() -> rows.after(account, cursor, limit));
    }

    /** Registers an agent; its secret is there where it has one, and never again. */
    Uni<Registered> register(NewAgent agent, AccountId account, User by) {
        AgentRow row = agent.row(new AgentId(ids.next().toString()), account);
        row.createdAt = now();
        row.createdBy = by.subject();
        Optional<Secret> secret = agent.needsSecret() ? Optional.of(secrets.issue(row)) : Optional.empty();
        return Panache.withTransaction(() -> rows.persist(row))
                .onFailure(ConstraintViolationException.class)
                .transform(taken -> Problem.of(DUPLICATE, "This service account is registered already."))
                .map(stored -> new Registered(stored, secret));
    }

    /** Gives an agent a new secret; the old one goes on working for a while. */
    Uni<Registered> rotate(AccountId account, AgentId id) {
        return Panache.withTransaction(() -> rows.requireLocked(account, id).map(this::rotated))
                .invoke(() -> keyholders.forget(id));
    }

    Uni<Void> remove(AccountId account, AgentId id) {
        return Panache.withTransaction(() -> rows.require(account, id).chain(rows::delete))
                .invoke(() -> keyholders.forget(id));
    }

    private Registered rotated(AgentRow row) {
        Secret secret = secrets.rotate(row, now().plus(config.rotationGrace()));
        return new Registered(row, Optional.of(secret));
    }

    /** As exact as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(MICROS);
    }

    record Registered(AgentRow row, Optional<Secret> secret) {}
}
