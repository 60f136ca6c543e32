package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.DUPLICATE;
import static java.time.temporal.ChronoUnit.MICROS;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.secret.Uuid7;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.exception.ConstraintViolationException;
import org.jboss.logging.Logger;

/** The registered agents of accounts. */
@Singleton
public final class Agents {

    private static final Logger LOG = Logger.getLogger(Agents.class);

    private final AgentRows rows;
    private final AgentSecrets secrets;
    private final AgentKeyholders keyholders;
    private final ServiceAccounts serviceAccounts;
    private final AgentsConfig config;
    private final LocalOwnership owner;
    private final InstantSource clock;
    private final Uuid7 ids;
    private final Trail trail;

    Agents(
            AgentRows rows,
            AgentSecrets secrets,
            AgentKeyholders keyholders,
            ServiceAccounts serviceAccounts,
            AgentsConfig config,
            LocalOwnership owner,
            InstantSource clock,
            Uuid7 ids,
            Trail trail) {
        this.rows = rows;
        this.secrets = secrets;
        this.keyholders = keyholders;
        this.serviceAccounts = serviceAccounts;
        this.config = config;
        this.clock = clock;
        this.owner = owner;
        this.ids = ids;
        this.trail = trail;
    }

    /** The agent of an account; fails with {@code not_found} for one of another account as for none. */
    public Uni<Agent> require(AccountId account, AgentId id) {
        return owner.agent(account, id)
                .map(Uni.createFrom()::item)
                .orElseGet(() -> row(account, id).map(AgentRow::agent));
    }

    /**
     * Seals anew, under the primary key, secrets that are sealed under these.
     *
     * @param after the last one that was looked at; what does not open is passed over
     * @param most how many agents to take at once
     * @return the last one of those; empty when there was none
     */
    public Uni<Optional<String>> reseal(Set<String> olderKeys, String after, int most) {
        return Panache.withTransaction(() -> rows.lockSealedUnder(olderKeys, after, most)
                .invoke(found -> found.forEach(this::reseal))
                .map(found -> found.isEmpty() ? Optional.empty() : Optional.of(found.getLast().id)));
    }

    private void reseal(AgentRow row) {
        try {
            secrets.reseal(row);
        } catch (SealBroken broken) {
            LOG.errorf("seal broken agent=%s cause=%s", row.id, broken.getMessage());
        }
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
        return Panache.withTransaction(() ->
                        rows.persist(row).call(() -> trail.writeInSession(entry(row, Event.AGENT_REGISTERED, by))))
                .onFailure(ConstraintViolationException.class)
                .transform(taken -> Problem.of(DUPLICATE, "This service account is registered already."))
                .invoke(stored -> stored.runsAs().ifPresent(serviceAccounts::forget))
                .map(stored -> new Registered(stored, secret));
    }

    /** Gives an agent a new secret; the old one goes on working for a while. */
    Uni<Registered> rotate(AccountId account, AgentId id, User by) {
        return Panache.withTransaction(() -> rows.requireLocked(account, id)
                        .map(this::rotated)
                        .call(rotated -> trail.writeInSession(entry(rotated.row(), Event.AGENT_SECRET_ROTATED, by))))
                .invoke(() -> forget(id));
    }

    Uni<Void> remove(AccountId account, AgentId id, User by) {
        return Panache.withTransaction(() -> rows.require(account, id)
                        .call(row -> trail.writeInSession(entry(row, Event.AGENT_REMOVED, by)))
                        .chain(rows::delete))
                .invoke(() -> forget(id));
    }

    private static Entry entry(AgentRow row, Event event, User by) {
        return Entry.of(row.accountId, Actor.user(by.subject()), event).agent(row.id);
    }

    private void forget(AgentId id) {
        keyholders.forget(id);
        serviceAccounts.forget(id);
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
