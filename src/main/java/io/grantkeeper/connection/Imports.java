package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.User;
import io.grantkeeper.client.PresentClients;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientCredentials;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Field;
import io.grantkeeper.provider.Grant;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/** Makes connections without a browser: of a refresh token got elsewhere, or of our client's own credentials. */
@ApplicationScoped
class Imports {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Providers providers;
    private final PresentClients clients;
    private final Counterparties counterparties;
    private final Proofs proofs;
    private final ClientCredentials clientCredentials;
    private final Grants grants;

    Imports(
            Providers providers,
            PresentClients clients,
            Counterparties counterparties,
            Proofs proofs,
            ClientCredentials clientCredentials,
            Grants grants) {
        this.providers = providers;
        this.clients = clients;
        this.counterparties = counterparties;
        this.proofs = proofs;
        this.clientCredentials = clientCredentials;
        this.grants = grants;
    }

    /** Makes the connection that is asked for, once the provider has proven that its grant is good. */
    Uni<ConnectionId> make(NewConnection wanted, User user, AccountId account) {
        Provider provider = providers.require(wanted.requiredProvider());
        SequencedSet<String> scopes = new LinkedHashSet<>(provider.scopesFor(wanted.requestedScopes()));
        Grant grant = wanted.requiredGrant();
        if (!provider.grants().contains(grant)) {
            throw Problem.of(
                    ProblemCode.INVALID_REQUEST,
                    "This provider's entry does not have the grant " + grant.wireName() + ".");
        }
        Request request = new Request(provider, provider.complete(fields(provider, wanted)), scopes, user, account);
        return switch (grant) {
            case CLIENT_CREDENTIALS -> twoLegged(request);
            case AUTHORIZATION_CODE -> imported(request, wanted);
        };
    }

    private Uni<ConnectionId> twoLegged(Request request) {
        return clients.require(request.account(), request.provider())
                .chain(client -> reach(request, client))
                .chain(counterparty -> clientCredentials
                        .obtain(counterparty, request.scopes(), DEADLINE)
                        .map(Imports::granted)
                        .chain(tokens -> grants.save(grant(request, counterparty, tokens))));
    }

    /** Whatever can fail on our side fails before the token is written down and shown to its provider. */
    private Uni<ConnectionId> imported(Request request, NewConnection wanted) {
        Secret refreshToken = Secret.of(wanted.requiredRefreshToken());
        Optional<ClientRegistration> own = Optional.ofNullable(wanted.client()).map(NewConnection.Client::registration);
        return own.map(Uni.createFrom()::item)
                .orElseGet(() -> clients.require(request.account(), request.provider()))
                .chain(client -> reach(request, client))
                .map(counterparty -> new Import(
                        request.account(),
                        request.user().subject(),
                        counterparty,
                        request.fields(),
                        request.scopes(),
                        own.isPresent(),
                        refreshToken))
                .chain(proofs::prove);
    }

    /** What a flow would have asked or been told has to be given here. */
    private static ConnectionFields fields(Provider provider, NewConnection wanted) {
        ConnectionFields given = provider.read(ConnectionFields.given(wanted.fields()), any -> true);
        List<Field> missing = wanted.requiredGrant() == Grant.CLIENT_CREDENTIALS
                ? provider.missing(given)
                : provider.missingOfImport(given);
        missing.stream().findFirst().ifPresent(field -> {
            throw Problem.of(
                    ProblemCode.INVALID_REQUEST,
                    "The field fields." + field.name() + " (" + field.label() + ") is missing.");
        });
        return given;
    }

    private Uni<Counterparty> reach(Request request, ClientRegistration client) {
        return counterparties
                .reach(request.provider().at(request.fields()), client)
                .onFailure(EgressFailure.class)
                .transform(failure -> ImportRefusals.unavailable(Optional.empty()));
    }

    private static TokenSet granted(Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            return granted.tokens();
        }
        throw ImportRefusals.of(outcome);
    }

    /** It belongs to the account itself: our client is its own subject. */
    private static NewGrant grant(Request request, Counterparty counterparty, TokenSet tokens) {
        return new NewGrant(
                request.account(),
                request.user().subject(),
                request.provider(),
                counterparty.issuer(request.fields()),
                new ProviderIdentity(counterparty.client().id(), Optional.empty(), Optional.empty()),
                request.fields(),
                GrantType.CLIENT_CREDENTIALS,
                tokens.scopes().orElse(request.scopes()),
                tokens,
                counterparty.client(),
                false,
                Optional.empty(),
                Set.of(),
                Optional.empty());
    }

    private record Request(
            Provider provider, ConnectionFields fields, SequencedSet<String> scopes, User user, AccountId account) {}
}
