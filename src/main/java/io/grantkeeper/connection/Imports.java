package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.User;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientCredentials;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Counterparties;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Grant;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.ProviderIdentity;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.TokenEndpoint;
import io.grantkeeper.provider.Userinfo;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/** Makes connections without a browser: of a refresh token got elsewhere, or of our client's own credentials. */
@ApplicationScoped
class Imports {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Providers providers;
    private final ClientRegistrations registrations;
    private final Counterparties counterparties;
    private final TokenEndpoint tokenEndpoint;
    private final ClientCredentials clientCredentials;
    private final Userinfo userinfo;
    private final Grants grants;

    Imports(
            Providers providers,
            ClientRegistrations registrations,
            Counterparties counterparties,
            TokenEndpoint tokenEndpoint,
            ClientCredentials clientCredentials,
            Userinfo userinfo,
            Grants grants) {
        this.providers = providers;
        this.registrations = registrations;
        this.counterparties = counterparties;
        this.tokenEndpoint = tokenEndpoint;
        this.clientCredentials = clientCredentials;
        this.userinfo = userinfo;
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
        Request request = new Request(provider, scopes, user, account);
        return switch (grant) {
            case CLIENT_CREDENTIALS -> twoLegged(request);
            case AUTHORIZATION_CODE -> imported(request, wanted);
        };
    }

    private Uni<ConnectionId> twoLegged(Request request) {
        return reach(request.provider(), registrations.require(request.provider()))
                .chain(counterparty -> clientCredentials
                        .obtain(counterparty, request.scopes(), DEADLINE)
                        .map(Imports::granted)
                        .chain(tokens -> grants.save(grant(
                                request,
                                counterparty,
                                GrantType.CLIENT_CREDENTIALS,
                                tokens,
                                // It belongs to the account itself: our client is its own subject.
                                new ProviderIdentity(counterparty.client().id(), Optional.empty(), Optional.empty()),
                                false,
                                Optional.empty()))));
    }

    /** Proven by one refresh whose result is kept; the token that was given may be worth nothing afterwards. */
    private Uni<ConnectionId> imported(Request request, NewConnection wanted) {
        Secret refreshToken = Secret.of(wanted.requiredRefreshToken());
        Optional<ClientRegistration> own = Optional.ofNullable(wanted.client()).map(NewConnection.Client::registration);
        ClientRegistration client = own.orElseGet(() -> registrations.require(request.provider()));
        return requireNew(refreshToken)
                .chain(() -> reach(request.provider(), client))
                .chain(counterparty -> tokenEndpoint
                        .refresh(counterparty, refreshToken, DEADLINE)
                        .map(Imports::granted)
                        .map(tokens -> keeping(tokens, refreshToken))
                        .chain(tokens -> identified(request, counterparty, tokens, own.isPresent(), refreshToken)));
    }

    /** Whoever it is, the rotated token is saved: an identity can be asked for again, a lost token cannot. */
    private Uni<ConnectionId> identified(
            Request request, Counterparty counterparty, TokenSet tokens, boolean ownClient, Secret imported) {
        return userinfo.identify(counterparty, tokens, DEADLINE)
                .onFailure(EgressFailure.class)
                .recoverWithItem(() -> new ProviderIdentity("", Optional.empty(), Optional.empty()))
                .chain(identity -> grants.save(grant(
                        request,
                        counterparty,
                        GrantType.AUTHORIZATION_CODE,
                        tokens,
                        identity,
                        ownClient,
                        Optional.of(imported))));
    }

    private Uni<Void> requireNew(Secret refreshToken) {
        return grants.holds(refreshToken)
                .invoke(held -> {
                    if (held) {
                        throw Problem.of(ProblemCode.DUPLICATE, "A connection holds this refresh token already.");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Counterparty> reach(Provider provider, ClientRegistration client) {
        return counterparties
                .reach(provider, client)
                .onFailure(EgressFailure.class)
                .transform(failure -> unavailable(Optional.empty()));
    }

    private static TokenSet granted(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> granted.tokens();
            case Outcome.Dead dead ->
                throw Problem.of(ProblemCode.IMPORT_REJECTED, "The provider does not accept this grant.");
            case Outcome.Suspect suspect ->
                throw Problem.of(ProblemCode.IMPORT_REJECTED, "The provider refused, for a reason unknown here.");
            case Outcome.Misconfigured misconfigured ->
                throw Problem.of(ProblemCode.IMPORT_REJECTED, "The provider does not accept the client.")
                        .action(Action.CONTACT_OPERATOR);
            case Outcome.Transient passing -> throw unavailable(passing.retryAfter());
            case Outcome.Uncertain uncertain -> throw unavailable(Optional.empty());
        };
    }

    private static Problem unavailable(Optional<Duration> retryAfter) {
        return Problem.of(
                        ProblemCode.REFRESH_UNAVAILABLE,
                        "The provider did not give a token just now; nothing was stored.")
                .retryAfter(retryAfter.orElse(Duration.ofSeconds(5)));
    }

    private static TokenSet keeping(TokenSet tokens, Secret refreshToken) {
        return new TokenSet(
                tokens.accessToken(),
                tokens.tokenType(),
                tokens.expiresIn(),
                tokens.refreshToken().or(() -> Optional.of(refreshToken)),
                tokens.scopes(),
                tokens.idToken());
    }

    private static NewGrant grant(
            Request request,
            Counterparty counterparty,
            GrantType grant,
            TokenSet tokens,
            ProviderIdentity identity,
            boolean ownClient,
            Optional<Secret> imported) {
        return new NewGrant(
                request.account(),
                request.user().subject(),
                request.provider(),
                counterparty.endpoints().issuer().orElse(""),
                identity,
                grant,
                tokens.scopes().orElse(request.scopes()),
                tokens,
                counterparty.client(),
                ownClient,
                imported,
                Set.of(),
                Optional.empty());
    }

    private record Request(Provider provider, SequencedSet<String> scopes, User user, AccountId account) {}
}
