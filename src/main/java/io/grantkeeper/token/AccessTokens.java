package io.grantkeeper.token;

import static java.time.temporal.ChronoUnit.MILLIS;
import static java.util.Objects.requireNonNull;

import io.grantkeeper.connection.AuthorizeUrls;
import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.Connection.State;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Visibility;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.ScopeList;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.refresh.RefreshConfig;
import io.grantkeeper.refresh.Refreshed;
import io.grantkeeper.refresh.Refreshed.Unavailable;
import io.grantkeeper.refresh.Refreshes;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.token.GoodToken.Source;
import io.grantkeeper.token.TokenMemory.Ticket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that are good for a while: the one that is remembered or stored where it is, else one refresh shared by all
 * who wait. Made at the start, for its counts to be seen before anybody asks.
 */
@Startup
@ApplicationScoped
class AccessTokens {

    /** So long a row is waited for, and so long when the deadline has passed already. */
    private static final Duration READ = Duration.ofSeconds(3);

    private static final Duration LAST_READ = Duration.ofMillis(300);

    private final TypedGuard<Uni<GoodToken>> patience;
    private final TokenMemory memory;
    private final Credentials credentials;
    private final Refreshes refreshes;
    private final AuthorizeUrls urls;
    private final RefreshConfig config;
    private final Map<Source, Counter> answers;

    AccessTokens(
            TokenMemory memory,
            Credentials credentials,
            Refreshes refreshes,
            AuthorizeUrls urls,
            RefreshConfig config,
            MeterRegistry meters) {
        this.memory = memory;
        this.credentials = credentials;
        this.refreshes = refreshes;
        this.urls = urls;
        this.config = config;
        this.answers = Arrays.stream(Source.values())
                .collect(Collectors.toUnmodifiableMap(source -> source, source -> counter(source, meters)));
        // Only the caller runs out of patience; a flight goes on and what it brings is kept.
        this.patience = TypedGuard.create(new TypeLiteral<Uni<GoodToken>>() {})
                .withDescription("token")
                .withTimeout()
                .duration(config.callerDeadline().toMillis(), MILLIS)
                .done()
                .build();
    }

    /**
     * What a caller wants of a token.
     *
     * @param minimumValidity how long it must be good at least; half its lifetime is enough
     * @param forced whether to refresh although it is good
     * @param scopes what must have been granted
     */
    record Wish(Duration minimumValidity, boolean forced, Collection<String> scopes) {}

    /** A token that was alive when it was read, or is known to be still; fails with a {@link Problem}. */
    Uni<GoodToken> get(ConnectionId id, Visibility visibility, Wish wish) {
        return remembered(id, visibility, wish)
                .map(token -> Uni.createFrom().item(token))
                .orElseGet(() -> inTime(Uni.createFrom().item(id), visibility, found -> read(found, visibility, wish)))
                .invoke(this::count);
    }

    /** As the other, for a connection that has to be looked for first. */
    Uni<GoodToken> get(Uni<ConnectionId> search, Visibility visibility, Wish wish) {
        return inTime(
                        withinLimit(search),
                        visibility,
                        id -> remembered(id, visibility, wish)
                                .map(token -> Uni.createFrom().item(token))
                                .orElseGet(() -> read(id, visibility, wish)))
                .invoke(this::count);
    }

    /** Within the caller's deadline, search and all; what is stored is looked at once more when it has passed. */
    private Uni<GoodToken> inTime(
            Uni<ConnectionId> search, Visibility visibility, Function<ConnectionId, Uni<GoodToken>> token) {
        AtomicReference<@Nullable ConnectionId> found = new AtomicReference<>();
        return patience.get(() -> search.invoke(found::set).chain(id -> token.apply(id)))
                .onFailure(TimeoutException.class)
                .recoverWithUni(() -> late(Optional.ofNullable(found.get()), visibility));
    }

    private Uni<GoodToken> late(Optional<ConnectionId> found, Visibility visibility) {
        Problem problem = unavailable(Unavailable.forNow(Optional.empty()));
        return found.map(id -> aliveOr(id, visibility, problem))
                .orElseGet(() -> Uni.createFrom().failure(problem));
    }

    private Optional<GoodToken> remembered(ConnectionId id, Visibility visibility, Wish wish) {
        return memory.recall(id).filter(token -> isPlainly(token.held(), visibility, wish));
    }

    /** Whatever else there is to say of the connection, the row says it. */
    private boolean isPlainly(Held held, Visibility visibility, Wish wish) {
        return !wish.forced()
                && visibility.includes(held.connection())
                && ScopeList.missing(wish.scopes(), held.connection().scopes()).isEmpty()
                && held.isFreshFor(wish.minimumValidity());
    }

    private Uni<GoodToken> read(ConnectionId id, Visibility visibility, Wish wish) {
        Ticket ticket = memory.ticket(id);
        return withinLimit(credentials.require(id, visibility))
                .invoke(held -> requireScopes(held, wish.scopes()))
                .chain(held -> isGoodFor(held, wish)
                        ? Uni.createFrom().item(opened(held, Source.ROW))
                        : renewed(held, visibility))
                .invoke(token -> memory.remember(ticket, token));
    }

    /** Whoever asks is to be answered in time, also by a database that accepts and says nothing. */
    private static <T> Uni<T> withinLimit(Uni<T> read) {
        return read.ifNoItem()
                .after(READ)
                .failWith(() -> new java.util.concurrent.TimeoutException("no answer by the database"));
    }

    /** Once for as long as it is remembered. */
    private GoodToken opened(Held held, Source source) {
        Secret token = credentials.accessToken(held);
        return new GoodToken(held, token, credentials.fingerprint(token), source);
    }

    private boolean isGoodFor(Held held, Wish wish) {
        boolean forced = wish.forced() && held.isRefreshable() && !wasJustRefreshed(held);
        return !forced && held.isFreshFor(wish.minimumValidity());
    }

    private boolean wasJustRefreshed(Held held) {
        return held.refreshedAt()
                .map(at -> at.plus(config.forcedEvery()).isAfter(held.now()))
                .orElse(false);
    }

    private Uni<GoodToken> renewed(Held held, Visibility visibility) {
        if (held.connection().state() instanceof State.Failed failed) {
            return aliveOr(held, visibility, dead(held.connection(), failed.reason()));
        }
        if (!held.isRefreshable() && held.isAlive()) {
            return Uni.createFrom().item(opened(held, Source.ROW));
        }
        return refreshes.join(held).chain(refreshed -> answer(held, visibility, refreshed));
    }

    private Uni<GoodToken> answer(Held held, Visibility visibility, Refreshed refreshed) {
        return switch (refreshed) {
            case Refreshed.Renewed renewed ->
                Uni.createFrom().item(opened(requireAlive(renewed.held().notBefore(held.now())), Source.REFRESH));
            case Refreshed.Dead dead -> aliveOr(held, visibility, dead(held.connection(), dead.reason()));
            case Unavailable unavailable -> aliveOr(held, visibility, unavailable(unavailable));
            case Refreshed.Gone gone -> Uni.createFrom().failure(ConnectionId.notFound());
        };
    }

    private Uni<GoodToken> aliveOr(Held held, Visibility visibility, Problem problem) {
        return aliveOr(held.connection().id(), visibility, problem);
    }

    /** The stored token serves until its own expiry, whatever became of the refresh; read again, for time has passed. */
    private Uni<GoodToken> aliveOr(ConnectionId id, Visibility visibility, Problem problem) {
        return credentials
                .find(id)
                .ifNoItem()
                .after(LAST_READ)
                .recoverWithItem(Optional::empty)
                .map(found -> found.filter(held -> visibility.includes(held.connection()))
                        .filter(Held::isAlive)
                        .orElseThrow(() -> problem))
                .map(alive -> opened(alive, Source.ROW));
    }

    /** A token that expired on its way from the provider is none, however new. */
    private Held requireAlive(Held renewed) {
        if (!renewed.isAlive()) {
            throw unavailable(Unavailable.forNow(Optional.empty()));
        }
        return renewed;
    }

    private void count(GoodToken token) {
        requireNonNull(answers.get(token.source())).increment();
    }

    private static Counter counter(Source source, MeterRegistry meters) {
        return Counter.builder("grantkeeper.token.answers")
                .description("Access tokens answered, by where they were found")
                .tag("source", source.wireName())
                .register(meters);
    }

    private void requireScopes(Held held, Collection<String> wanted) {
        Connection connection = held.connection();
        SequencedSet<String> missing = ScopeList.missing(wanted, connection.scopes());
        if (!missing.isEmpty()) {
            SequencedSet<String> all = new LinkedHashSet<>(connection.scopes());
            all.addAll(missing);
            throw Problem.of(
                            ProblemCode.INSUFFICIENT_SCOPE,
                            "The user has not granted all the scopes that were asked for.")
                    .with("missing", List.copyOf(missing))
                    .with("authorizeUrl", urls.reconnect(connection, all));
        }
    }

    private Problem dead(Connection connection, Reason reason) {
        return Problem.of(
                        ProblemCode.CONNECTION_ERROR,
                        "The connection has ended at the provider: the user has to connect it again.")
                .with("provider", connection.provider())
                .with("reason", reason.wireName())
                .with("authorizeUrl", urls.reconnect(connection));
    }

    private Problem unavailable(Unavailable unavailable) {
        String description = unavailable.who() == Action.WAIT
                ? "The provider does not give a new token just now; the connection itself is untouched."
                : "The token cannot be refreshed before the operator has mended the configuration; the connection itself"
                        + " is untouched.";
        Problem problem =
                Problem.of(ProblemCode.REFRESH_UNAVAILABLE, description).action(unavailable.who());
        Duration wait = unavailable.retryAfter().orElse(config.retryAfter());
        return unavailable.inTurn() ? problem.turnIn(wait) : problem.retryAfter(wait);
    }
}
