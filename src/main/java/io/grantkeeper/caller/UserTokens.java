package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/** Proves a user by a token of the operator's identity provider. */
@Singleton
final class UserTokens {

    private final Optional<TrustedIssuer> trusted;
    private final InstantSource clock;

    private record TrustedIssuer(UserTokenRules rules, IssuerKeys keys) {}

    UserTokens(UsersConfig config, Vertx vertx, InstantSource clock) {
        this.clock = clock;
        this.trusted = config.issuer()
                .map(issuer -> new TrustedIssuer(
                        UserTokenRules.of(issuer, config),
                        new IssuerKeys(issuer, endpoint(vertx, issuer, config)::keys, clock)));
    }

    private static IssuerEndpoint endpoint(Vertx vertx, String issuer, UsersConfig config) {
        return new IssuerEndpoint(ServerClient.open(vertx), issuer, config.jwksUrl());
    }

    Uni<User> prove(Secret token) {
        return prove(IssuedToken.of(token));
    }

    Uni<User> prove(IssuedToken token) {
        TrustedIssuer issuer =
                trusted.orElseThrow(() -> Problem.of(UNAUTHENTICATED, "No identity provider is configured here."));
        return issuer.keys().forKey(token.keyId()).map(keys -> issuer.rules().user(token, keys, clock.instant()));
    }
}
