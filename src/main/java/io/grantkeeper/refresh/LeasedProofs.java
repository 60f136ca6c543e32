package io.grantkeeper.refresh;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.GrantClients;
import io.grantkeeper.connection.Grants;
import io.grantkeeper.connection.Import;
import io.grantkeeper.connection.ImportRefusals;
import io.grantkeeper.connection.NewGrant;
import io.grantkeeper.connection.Proofs;
import io.grantkeeper.connection.Setback;
import io.grantkeeper.flight.SingleFlight;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Introduction;
import io.grantkeeper.provider.Introductions;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.provider.TokenEndpoint;
import io.grantkeeper.refresh.ImportVerdict.Over;
import io.grantkeeper.refresh.ImportVerdict.Proven;
import io.grantkeeper.refresh.ImportVerdict.Undecided;
import io.grantkeeper.refresh.PendingImports.Overtaken;
import io.grantkeeper.replica.KnownDatabase;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Proves imports as connections are refreshed: the intent is durable before the provider is asked, what it gives is durable
 * before anything else is done, and what a dead replica began another one finishes.
 */
@ApplicationScoped
public class LeasedProofs implements Proofs {

    private static final Logger LOG = Logger.getLogger(LeasedProofs.class);

    /** How long one is left alone whose provider, client or seal is not to be had here. */
    private static final Duration UNREADY = Duration.ofSeconds(30);

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    private static final ProviderIdentity NOBODY = new ProviderIdentity("", Optional.empty(), Optional.empty());

    private final SingleFlight<Flight, ConnectionId> flights = new SingleFlight<>();
    private final PendingImports imports;
    private final ImportSeals seals;
    private final GrantClients clients;
    private final TokenEndpoint tokenEndpoint;
    private final Introductions introductions;
    private final Grants grants;
    private final RefreshMeters meters;
    private final KnownDatabase database;
    private final RefreshConfig config;
    private final LongSupplier nanoTime = System::nanoTime;
    private volatile boolean closing;

    LeasedProofs(
            PendingImports imports,
            ImportSeals seals,
            GrantClients clients,
            TokenEndpoint tokenEndpoint,
            Introductions introductions,
            Grants grants,
            RefreshMeters meters,
            KnownDatabase database,
            RefreshConfig config) {
        this.imports = imports;
        this.seals = seals;
        this.clients = clients;
        this.tokenEndpoint = tokenEndpoint;
        this.introductions = introductions;
        this.grants = grants;
        this.meters = meters;
        this.database = database;
        this.config = config;
    }

    /** Whoever does not wait for its end cancels nothing. */
    @Override
    public Uni<ConnectionId> prove(Import wanted) {
        if (closing) {
            return Uni.createFrom().failure(ImportRefusals.unavailable(Optional.of(Duration.ofSeconds(1))));
        }
        if (database.isUnconfirmed()) {
            // Of what was begun before, an old token might be presented.
            return Uni.createFrom()
                    .failure(ImportRefusals.unavailable(Optional.empty()).action(Action.CONTACT_OPERATOR));
        }
        return imports.begin(wanted)
                .chain(begun -> fly(begun, wanted.counterparty()))
                .ifNoItem()
                .after(config.callerDeadline())
                .failWith(() -> ImportRefusals.undecided(Optional.empty()));
    }

    /** Begins nothing from now on. What is under way goes on. */
    public void close() {
        closing = true;
    }

    /** How many imports are not ended and written yet. */
    public int underway() {
        return flights.size();
    }

    /** Gives up what could not be ended in a day. */
    public Uni<Void> forgetOld() {
        return imports.forgetOld();
    }

    /** Finishes what somebody began, unless another replica does. Its end, good or bad, is written. */
    Uni<Void> resume(PendingImport left, boolean abandoned) {
        if (closing || flights.isFlying(Flight.of(left))) {
            return Uni.createFrom().voidItem();
        }
        return ready(left)
                .chain(ready -> ready.map(counterparty -> resume(left, abandoned, counterparty))
                        .orElseGet(() -> imports.postpone(left, UNREADY)));
    }

    private Uni<Void> resume(PendingImport left, boolean abandoned, Counterparty counterparty) {
        return imports.acquire(left, abandoned)
                .chain(got -> got.map(pending -> takenOver(pending, counterparty))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private Uni<Void> takenOver(PendingImport pending, Counterparty counterparty) {
        meters.tookOver();
        return fly(pending, counterparty)
                .replaceWithVoid()
                .onFailure(Problem.class)
                .recoverWithNull();
    }

    /** All that can go wrong on our side goes wrong here, before a lease is taken; empty where it did. */
    private Uni<Optional<Counterparty>> ready(PendingImport left) {
        return Uni.createFrom()
                .deferred(() -> clients.reach(
                        left.provider(),
                        left.fields(),
                        left.clientId(),
                        left.account(),
                        () -> seals.clientSecret(left)))
                .invoke(() -> seals.requireOpen(left))
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "import waits import=%s cause=%s",
                        left.id(), failure.getClass().getSimpleName()))
                .onFailure()
                .recoverWithItem(Optional.empty());
    }

    private Uni<ConnectionId> fly(PendingImport pending, Counterparty counterparty) {
        return flights.join(Flight.of(pending), () -> asked(pending, counterparty));
    }

    private Uni<ConnectionId> asked(PendingImport pending, Counterparty counterparty) {
        return tokenEndpoint
                .refresh(counterparty, seals.newest(pending), List.of(), config.answerDeadline())
                .onFailure()
                .recoverWithItem(failure -> unexpected(pending, failure))
                .chain(outcome -> ended(pending, counterparty, outcome));
    }

    private Uni<ConnectionId> ended(PendingImport pending, Counterparty counterparty, Outcome outcome) {
        return switch (ImportVerdict.of(pending, outcome)) {
            case Proven proven -> kept(pending, counterparty, proven.tokens(), nanoTime.getAsLong());
            case Over over -> removed(pending, outcome, over.lost());
            case Undecided undecided -> released(pending, undecided);
        };
    }

    /** Written before anything else is done: until then a successor exists nowhere but here. */
    private Uni<ConnectionId> kept(PendingImport pending, Counterparty counterparty, TokenSet tokens, long received) {
        Secret newest = seals.newest(pending);
        Optional<Secret> successor = tokens.refreshToken().filter(token -> !token.equals(newest));
        return successor
                .map(token -> replaced(pending, token)
                        .chain(written -> written.map(next -> identified(next, counterparty, tokens, received))
                                .orElseGet(() -> rescued(pending, counterparty, tokens, received))))
                .orElseGet(() -> identified(pending, counterparty, tokens.keeping(newest), received));
    }

    /**
     * Somebody took over while this could not be written. What they made stands; where they made nothing, this successor
     * is all there is of the grant, and becomes a connection whatever became of the row.
     */
    private Uni<ConnectionId> rescued(
            PendingImport pending, Counterparty counterparty, TokenSet tokens, long received) {
        return held(pending, () -> grants.imported(pending.account(), seals.brought(pending)))
                .chain(found -> found.map(Uni.createFrom()::item)
                        .orElseGet(() -> introduced(pending, counterparty, tokens)
                                .chain(introduction -> held(
                                        pending,
                                        () -> grants.save(
                                                grant(
                                                        pending,
                                                        introduction,
                                                        tokens.aged(since(received)),
                                                        seals.brought(pending)),
                                                transaction -> imports.end(transaction, pending))))));
    }

    private Uni<Optional<PendingImport>> replaced(PendingImport pending, Secret successor) {
        long received = nanoTime.getAsLong();
        return held(pending, () -> Uni.createFrom().item(seals.replaced(pending, successor)))
                .chain(next -> held(pending, () -> imports.replace(next))
                        .invoke(written -> meters.committed(since(received)))
                        .map(written -> written ? Optional.of(next) : Optional.empty()));
    }

    /** Whoever it is, the grant is saved: an identity can be asked for again. */
    private Uni<ConnectionId> identified(
            PendingImport pending, Counterparty counterparty, TokenSet tokens, long received) {
        return introduced(pending, counterparty, tokens)
                .chain(introduction -> saved(pending, introduction, tokens, received));
    }

    private Uni<Introduction> introduced(PendingImport pending, Counterparty counterparty, TokenSet tokens) {
        return introductions
                .introduce(counterparty, tokens, pending.fields(), MissingNode.getInstance(), config.callerDeadline())
                .onFailure(EgressFailure.class)
                .recoverWithItem(new Introduction(counterparty, pending.fields(), NOBODY));
    }

    /** Tried for as long as the lease can be ours; after that whoever has it goes on from what is written. */
    private Uni<ConnectionId> saved(PendingImport pending, Introduction introduction, TokenSet tokens, long received) {
        Secret brought = seals.brought(pending);
        Supplier<Uni<ConnectionId>> save = () -> grants.save(
                grant(pending, introduction, tokens.aged(since(received)), brought),
                transaction -> imports.finish(transaction, pending));
        return once(save)
                .onFailure(failure -> !(failure instanceof Overtaken))
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .expireIn(config.lease().toMillis())
                .onFailure(Overtaken.class)
                .recoverWithUni(() -> overtaken(pending));
    }

    /** Somebody else ended it, or we did and the acknowledgement was lost: what stands there is the answer. */
    private Uni<ConnectionId> overtaken(PendingImport pending) {
        return grants.imported(pending.account(), seals.brought(pending))
                .call(found -> found.isPresent()
                        ? Uni.createFrom().voidItem()
                        : imports.release(pending, Setback.TRANSIENT, Duration.ZERO))
                .map(found -> found.orElseThrow(() -> ImportRefusals.undecided(Optional.empty())));
    }

    private Uni<ConnectionId> removed(PendingImport pending, Outcome outcome, boolean lost) {
        Problem refusal = ImportRefusals.of(outcome);
        return once(() -> imports.remove(pending))
                .chain(removed -> removed ? over(pending, refusal, lost) : overtaken(pending));
    }

    private Uni<ConnectionId> over(PendingImport pending, Problem refusal, boolean lost) {
        tell(pending, lost);
        return Uni.createFrom().failure(lost ? refusal.with("reason", Reason.INTERRUPTED.wireName()) : refusal);
    }

    private void tell(PendingImport pending, boolean lost) {
        if (lost) {
            LOG.errorf("rotation lost provider=%s import=%s", pending.provider(), pending.id());
            meters.rotationLost(pending.provider());
        }
    }

    private Uni<ConnectionId> released(PendingImport pending, Undecided undecided) {
        Duration pause = Pauses.after(undecided.setback(), pending.failures(), undecided.retryAfter());
        return once(() -> imports.release(pending, undecided.setback(), pause))
                .chain(() -> Uni.createFrom().failure(ImportRefusals.undecided(Optional.of(pause))));
    }

    /** Tried until it is done, however long the database is away; told once. */
    private static <T> Uni<T> held(PendingImport pending, Supplier<Uni<T>> write) {
        return once(write)
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "import held in memory import=%s cause=%s",
                        pending.id(), failure.getClass().getSimpleName()))
                .onFailure()
                .recoverWithUni(() -> once(write)
                        .onFailure()
                        .retry()
                        .withBackOff(FIRST_RETRY, LAST_RETRY)
                        .indefinitely());
    }

    private static <T> Uni<T> once(Supplier<Uni<T>> write) {
        return Patience.withDatabase(Uni.createFrom().deferred(() -> write.get()));
    }

    /** A bug of ours on the way to the provider: nobody knows how far the request came. */
    private static Outcome unexpected(PendingImport pending, Throwable failure) {
        LOG.errorf(
                "import failed unexpectedly import=%s cause=%s",
                pending.id(), failure.getClass().getName());
        return new Outcome.Uncertain();
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - nanos);
    }

    private static NewGrant grant(PendingImport pending, Introduction introduction, TokenSet tokens, Secret brought) {
        Counterparty counterparty = introduction.counterparty();
        return new NewGrant(
                pending.account(),
                pending.createdBy(),
                counterparty.provider(),
                counterparty.issuer(introduction.fields()),
                introduction.identity(),
                introduction.fields(),
                GrantType.AUTHORIZATION_CODE,
                tokens.scopes().orElse(pending.scopes()),
                tokens,
                counterparty.client(),
                pending.sealedClientSecret() != null,
                Optional.of(brought),
                Set.of(),
                Optional.empty());
    }

    /** One lease of one import. */
    private record Flight(UUID id, long fence) {

        static Flight of(PendingImport pending) {
            return new Flight(pending.id(), pending.fence());
        }
    }
}
