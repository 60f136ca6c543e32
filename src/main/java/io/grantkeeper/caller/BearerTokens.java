package io.grantkeeper.caller;

import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Proves a caller by a token in its {@code Authorization} header: a pod of a cluster, or a user. */
@Singleton
final class BearerTokens {

    private final Clusters clusters;
    private final ServiceAccounts serviceAccounts;
    private final UserTokens users;
    private final AgentLimits limits;

    BearerTokens(Clusters clusters, ServiceAccounts serviceAccounts, UserTokens users, AgentLimits limits) {
        this.clusters = clusters;
        this.serviceAccounts = serviceAccounts;
        this.users = users;
        this.limits = limits;
    }

    Uni<Caller> prove(Secret bearer) {
        IssuedToken token = IssuedToken.of(bearer);
        return clusters.issue(token)
                ? clusters.prove(token)
                        .chain(serviceAccounts::agent)
                        .invoke(limits::require)
                        .map(Caller.class::cast)
                : users.prove(token).map(Caller.class::cast);
    }
}
