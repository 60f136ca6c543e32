package io.grantkeeper.token;

import static java.time.temporal.ChronoUnit.MILLIS;

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
import io.grantkeeper.token.Refreshed.Unavailable;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/** Access tokens that are good for a while: the stored one where it is, else one refresh shared by all who wait. */
@ApplicationScoped
class AccessTokens {

    private final SingleFlight<ConnectionId, Refreshed> flights = new SingleFlight<>();
    private final TypedGuard<Uni<Refreshed>> patience;
    private final Credentials credentials;
    private final Refreshes refreshes;
    private final AuthorizeUrls urls;
    private final RefreshConfig config;

    AccessTokens(Credentials credentials, Refreshes refreshes, AuthorizeUrls urls, RefreshConfig config) {
        this.credentials = credentials;
        this.refreshes = refreshes;
        this.urls = urls;
        this.config = config;
        // Only the caller runs out of patience; the flight goes on and what it brings is kept.
        this.patience = TypedGuard.create(new TypeLiteral<Uni<Refreshed>>() {})
                .withDescription("token")
                .withTimeout()
                .duration(config.callerDeadline().toMillis(), MILLIS)
                .done()
                .withFallback()
                .handler(() -> Uni.createFrom().item(Unavailable.forNow(Optional.empty())))
                .applyOn(TimeoutException.class)
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

    /** The connection with an access token that was alive when it was read; fails with a {@link Problem}. */
    Uni<Held> get(ConnectionId id, Visibility visibility, Wish wish) {
        return credentials
                .require(id, visibility)
                .invoke(held -> requireScopes(held, wish.scopes()))
                .chain(held -> isGoodFor(held, wish) ? Uni.createFrom().item(held) : renewed(held));
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

    private Uni<Held> renewed(Held held) {
        if (held.connection().state() instanceof State.Failed failed) {
            return aliveOr(held, dead(held.connection(), failed.reason()));
        }
        if (!held.isRefreshable() && held.isAlive()) {
            return Uni.createFrom().item(held);
        }
        return patience.get(() -> flights.join(held.connection().id(), () -> refreshes.refresh(held)))
                .chain(refreshed -> answer(held, refreshed));
    }

    private Uni<Held> answer(Held held, Refreshed refreshed) {
        return switch (refreshed) {
            case Refreshed.Renewed renewed -> Uni.createFrom().item(requireAlive(renewed.held()));
            case Refreshed.Dead dead -> aliveOr(held, dead(held.connection(), dead.reason()));
            case Unavailable unavailable -> aliveOr(held, unavailable(unavailable));
            case Refreshed.Gone gone -> Uni.createFrom().failure(ConnectionId.notFound());
        };
    }

    /** The stored token serves until its own expiry, whatever became of the refresh; read again, for time has passed. */
    private Uni<Held> aliveOr(Held held, Problem problem) {
        return credentials
                .find(held.connection().id())
                .map(found -> found.filter(Held::isAlive).orElseThrow(() -> problem));
    }

    /** A token that expired on its way from the provider is none, however new. */
    private Held requireAlive(Held renewed) {
        if (!renewed.isAlive()) {
            throw unavailable(Unavailable.forNow(Optional.empty()));
        }
        return renewed;
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
        return Problem.of(ProblemCode.REFRESH_UNAVAILABLE, description)
                .action(unavailable.who())
                .retryAfter(unavailable.retryAfter().orElse(config.retryAfter()));
    }
}
