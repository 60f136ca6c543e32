package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAVAILABLE;

import io.grantkeeper.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKeySet;
import org.jspecify.annotations.Nullable;

/** An issuer's keys, fetched when they are needed and by one fetch for all who need them then. */
final class IssuerKeys {

    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final String whose;
    private final Supplier<Future<JsonWebKeySet>> endpoint;
    private final InstantSource clock;
    private HeldKeys held = HeldKeys.NONE;
    private Future<HeldKeys> fetch = Future.succeededFuture(held);

    /** @param whose the issuer, as the log calls it */
    IssuerKeys(String whose, Supplier<Future<JsonWebKeySet>> endpoint, InstantSource clock) {
        this.whose = whose;
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /** The keys, among them the one that a token names, if the issuer has it. */
    Uni<JsonWebKeySet> forKey(@Nullable String kid) {
        return onThisContext(heldFor(kid, clock.instant())).map(this::usable);
    }

    private synchronized Future<HeldKeys> heldFor(@Nullable String kid, Instant now) {
        if (held.answer(kid, now) || !held.mayTryAgain(now)) {
            return Future.succeededFuture(held);
        }
        if (fetch.isComplete()) {
            fetch = endpoint.get()
                    .map(keys -> keep(held.fetched(keys, now)))
                    .onFailure(away -> LOG.warnf("issuer keys can't be had issuer=%s failure=%s", whose, away))
                    .otherwise(away -> keep(held.failed(now)));
        }
        return fetch;
    }

    private synchronized HeldKeys keep(HeldKeys news) {
        held = news;
        return news;
    }

    private JsonWebKeySet usable(HeldKeys keys) {
        return keys.usable(clock.instant())
                .orElseThrow(() -> Problem.of(UNAVAILABLE, "The keys of the token's issuer can't be had.")
                        .retryAfter(RETRY_AFTER));
    }

    /** A fetch ends on the context of whoever began it; each caller goes on on its own. */
    private static <T> Uni<T> onThisContext(Future<T> future) {
        if (future.isComplete()) {
            return Uni.createFrom().item(future.result());
        }
        Uni<T> result = Uni.createFrom().completionStage(future.toCompletionStage());
        Context mine = Vertx.currentContext();
        return mine == null ? result : result.emitOn(command -> mine.runOnContext(go -> command.run()));
    }
}
