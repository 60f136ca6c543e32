package io.grantkeeper.authorization;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Agent;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.caller.Agents;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.LocalOwner;
import io.grantkeeper.caller.User;
import io.grantkeeper.client.PresentClients;
import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Connections;
import io.grantkeeper.connection.Visibility;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Field;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.Service;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks what somebody asks to be connected, before anything is remembered of it. */
@ApplicationScoped
class Wants {

    private final Providers providers;
    private final PresentClients clients;
    private final Connections connections;
    private final Agents agents;
    private final ReturnTargets returnTargets;

    Wants(
            Providers providers,
            PresentClients clients,
            Connections connections,
            Agents agents,
            ReturnTargets returnTargets) {
        this.providers = providers;
        this.clients = clients;
        this.connections = connections;
        this.agents = agents;
        this.returnTargets = returnTargets;
    }

    /** What was asked for, as it stood there. */
    record Asked(
            Optional<String> provider,
            Optional<String> service,
            List<String> scopes,
            Map<String, String> fields,
            Optional<String> accountId,
            Optional<String> agentId,
            Optional<String> connectionId,
            Optional<String> returnTo) {}

    /** What is wanted; fails with the {@link Problem} of whatever cannot be had. */
    Uni<Wanted> check(Asked asked, Caller caller) {
        Visibility visibility = Visibility.of(caller, asked.accountId().orElse(null));
        return reauthorized(asked, visibility)
                .map(revived -> wanted(asked, visibility.account(), revived))
                .call(wanted -> clients.require(wanted.account(), wanted.provider()))
                .call(wanted -> requireAgent(wanted, caller))
                .map(wanted -> restricted(wanted, caller));
    }

    /** What a person says on the page that asks for what is missing; fails with a {@link Problem} where it does not fit. */
    ConnectionFields fields(Attempt attempt, Map<String, String> given) {
        Provider provider = providers.require(attempt.provider());
        return provider.read(given, provider.missing(attempt.fields())::contains);
    }

    /** Whether all is said that the provider cannot be asked without. */
    boolean isComplete(Attempt attempt) {
        return providers.require(attempt.provider()).missing(attempt.fields()).isEmpty();
    }

    private Uni<Optional<Connection>> reauthorized(Asked asked, Visibility visibility) {
        return asked.connectionId()
                .map(ConnectionId::parse)
                .map(id -> connections.require(id, visibility).map(listed -> Optional.of(listed.connection())))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Wanted wanted(Asked asked, AccountId account, Optional<Connection> revived) {
        Provider provider = provider(asked, revived);
        return new Wanted(
                provider,
                fields(asked, revived, provider),
                new LinkedHashSet<>(provider.scopesFor(scopes(asked, revived, provider))),
                account,
                asked.agentId().map(Wants::agentId),
                revived.map(Connection::id),
                asked.returnTo().map(returnTargets::require));
    }

    private Provider provider(Asked asked, Optional<Connection> revived) {
        if (asked.service().isPresent()) {
            if (asked.provider().isPresent() || !asked.scopes().isEmpty() || revived.isPresent()) {
                throw invalid("The parameter service stands in place of provider, scopes and connectionId.");
            }
            return providers.byService(asked.service().get()).provider();
        }
        Optional<String> connected = revived.map(Connection::provider);
        if (asked.provider().isPresent()
                && connected.isPresent()
                && !asked.provider().equals(connected)) {
            throw invalid("The connection is one of another provider.");
        }
        return providers.require(
                asked.provider().or(() -> connected).orElseThrow(() -> invalid("The parameter provider is missing.")));
    }

    /** None asked for: what the connection had, as far as it is still offered; else the provider's defaults. */
    private Collection<String> scopes(Asked asked, Optional<Connection> revived, Provider provider) {
        if (asked.service().isPresent()) {
            return asked.service()
                    .flatMap(providers::findService)
                    .map(Service::scopes)
                    .orElseThrow();
        }
        if (!asked.scopes().isEmpty()) {
            return asked.scopes();
        }
        return revived.map(Connection::scopes).stream()
                .flatMap(Collection::stream)
                .filter(provider.scopes().labels()::containsKey)
                .toList();
    }

    /** What is not given here is asked on the way; a connection stays where it is. */
    private static ConnectionFields fields(Asked asked, Optional<Connection> revived, Provider provider) {
        ConnectionFields given = provider.read(asked.fields(), Field::isGiven);
        ConnectionFields had = revived.map(Connection::fields).orElse(ConnectionFields.NONE);
        boolean moved = given.values().entrySet().stream()
                .anyMatch(each -> had.find(each.getKey())
                        .filter(value -> !value.equals(each.getValue()))
                        .isPresent());
        if (moved) {
            throw invalid("The connection is another one at its provider: its fields are not those given.");
        }
        return provider.given(had).and(given);
    }

    private Uni<Void> requireAgent(Wanted wanted, Caller caller) {
        boolean own = wanted.agent()
                .filter(id -> id.equals(idOf(caller).orElse(null)))
                .isPresent();
        if (wanted.agent().isEmpty() || own) {
            return Uni.createFrom().voidItem();
        }
        if (caller instanceof Agent) {
            throw Problem.of(ProblemCode.FORBIDDEN, "An agent asks for itself only.");
        }
        return agents.require(wanted.account(), wanted.agent().get()).replaceWithVoid();
    }

    /** What an agent asked for is for that agent, unless the user widens it. */
    private static Wanted restricted(Wanted wanted, Caller caller) {
        return caller instanceof Agent agent ? wanted.forAgent(agent.id()) : wanted;
    }

    private static Optional<AgentId> idOf(Caller caller) {
        return switch (caller) {
            case Agent agent -> Optional.of(agent.id());
            case LocalOwner owner -> Optional.of(owner.asAgent().id());
            case User user -> Optional.empty();
        };
    }

    private static AgentId agentId(String text) {
        try {
            return new AgentId(text);
        } catch (IllegalArgumentException broken) {
            throw invalid("The parameter agentId is not an agent's id.");
        }
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }
}
