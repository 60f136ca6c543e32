package io.grantkeeper.token;

import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Credentials;
import io.grantkeeper.connection.Held;
import io.grantkeeper.connection.Revocations;
import io.grantkeeper.connection.Revocations.Ending;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.token.Refreshed.Unavailable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Refreshes one connection: asks the provider once, and writes what came of it. */
@ApplicationScoped
class Refreshes {

    private static final Logger LOG = Logger.getLogger(Refreshes.class);

    private final Credentials credentials;
    private final Renewal renewal;
    private final Revocations revocations;
    private final MeterRegistry meters;

    Refreshes(Credentials credentials, Renewal renewal, Revocations revocations, MeterRegistry meters) {
        this.credentials = credentials;
        this.renewal = renewal;
        this.revocations = revocations;
        this.meters = meters;
    }

    /** Refreshes the tokens that were seen, unless they have moved since: then the newer ones are the answer. */
    Uni<Refreshed> refresh(Held seen) {
        return credentials
                .find(seen.connection().id())
                .chain(found -> found.filter(held -> held.version() == seen.version())
                        .map(this::refreshUnmoved)
                        .orElseGet(() -> Uni.createFrom().item(newer(found))));
    }

    private Uni<Refreshed> refreshUnmoved(Held held) {
        return Uni.createFrom()
                .deferred(() -> renewal.ask(held))
                .invoke(outcome -> count(held, outcome))
                .chain(outcome -> settle(held, outcome))
                .onFailure(SealBroken.class)
                .recoverWithItem(broken -> sealBroken(held, broken));
    }

    private Uni<Refreshed> settle(Held held, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> commit(held, granted.tokens());
            case Outcome.Dead dead -> fail(held, dead.reason());
            case Outcome.Transient passing -> Uni.createFrom().item(Unavailable.forNow(passing.retryAfter()));
            case Outcome.Uncertain uncertain -> Uni.createFrom().item(Unavailable.forNow(Optional.empty()));
            case Outcome.Suspect suspect -> Uni.createFrom().item(Unavailable.forNow(Optional.empty()));
            case Outcome.Misconfigured misconfigured -> Uni.createFrom().item(Unavailable.untilOperatorActs());
        };
    }

    private Uni<Refreshed> commit(Held held, TokenSet tokens) {
        return credentials
                .commit(held, tokens)
                .chain(committed -> credentials.find(held.connection().id()))
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().item(newer(found))
                        : end(held, tokens).replaceWith(new Refreshed.Gone()));
    }

    /** The connection was removed while the provider was asked: what the provider gave must not outlive it. */
    private Uni<Revocations.Result> end(Held held, TokenSet tokens) {
        Ending ending = tokens.refreshToken()
                .map(token -> ending(held, token, TokenKind.REFRESH_TOKEN))
                .orElseGet(() -> ending(held, tokens.accessToken(), TokenKind.ACCESS_TOKEN));
        return revocations.end(ending);
    }

    private Ending ending(Held held, Secret token, TokenKind kind) {
        return new Ending(
                held.connection().account(),
                held.connection().provider(),
                held.clientId(),
                credentials.clientSecret(held),
                token,
                kind);
    }

    private Uni<Refreshed> fail(Held held, Reason reason) {
        ConnectionId id = held.connection().id();
        return credentials
                .fail(held, reason)
                .chain(() -> credentials.find(id))
                .map(found -> found.filter(now -> now.version() == held.version())
                        .<Refreshed>map(dead -> new Refreshed.Dead(reason))
                        .orElseGet(() -> newer(found)));
    }

    private static Refreshed newer(Optional<Held> found) {
        return found.<Refreshed>map(Refreshed.Renewed::new).orElseGet(Refreshed.Gone::new);
    }

    private static Refreshed sealBroken(Held held, Throwable broken) {
        LOG.errorf("seal broken connection=%s cause=%s", held.connection().id(), broken.getMessage());
        return Unavailable.untilOperatorActs();
    }

    private void count(Held held, Outcome outcome) {
        Counter.builder("grantkeeper.refreshes")
                .description("Refreshes at providers, by what their answers meant")
                .tag("provider", held.connection().provider())
                .tag("class", outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }
}
