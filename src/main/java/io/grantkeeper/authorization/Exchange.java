package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Bound;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Grants;
import io.grantkeeper.connection.NewGrant;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Action;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.EgressFailure;
import io.grantkeeper.provider.Introduction;
import io.grantkeeper.provider.Introductions;
import io.grantkeeper.provider.TokenEndpoint;
import io.grantkeeper.provider.TokenEndpoint.AuthorizationCode;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jboss.logging.Logger;

/** Exchanges an authorization code for tokens, finds out whose they are, and stores them. */
@ApplicationScoped
class Exchange {

    private static final Logger LOG = Logger.getLogger(Exchange.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration IDENTITY_DEADLINE = Duration.ofSeconds(5);

    private final VerifierSeals seals;
    private final TokenEndpoint tokenEndpoint;
    private final Companions companions;
    private final Introductions introductions;
    private final Grants grants;
    private final InstantSource clock;

    Exchange(
            VerifierSeals seals,
            TokenEndpoint tokenEndpoint,
            Companions companions,
            Introductions introductions,
            Grants grants,
            InstantSource clock) {
        this.seals = seals;
        this.tokenEndpoint = tokenEndpoint;
        this.companions = companions;
        this.introductions = introductions;
        this.grants = grants;
        this.clock = clock;
    }

    /** The connection that the code became; fails with a {@link Problem}, and nothing is stored then. */
    Uni<ConnectionId> connect(Bound bound, Counterparty counterparty, Secret code, Returned returned) {
        return companions
                .of(counterparty, bound.attempt())
                .chain(companion -> exchanged(bound, counterparty, companion, code, returned))
                .chain(given -> grants.save(given));
    }

    private Uni<List<NewGrant>> exchanged(
            Bound bound, Counterparty counterparty, Optional<Counterparty> companion, Secret code, Returned returned) {
        Secret verifier = seals.unseal(bound.sealedVerifier(), bound.attempt(), counterparty.provider());
        AuthorizationCode shown = new AuthorizationCode(
                code,
                bound.challenged() ? Optional.of(verifier) : Optional.empty(),
                bound.redirectUri(),
                bound.attempt().scopes(),
                returned.state(),
                companion.map(Counterparty::provider));
        return tokenEndpoint
                .exchange(counterparty, shown, DEADLINE)
                .map(Exchange::granted)
                .invoke(granted ->
                        requireOwnIdToken(granted.tokens(), OpenIdFlow.expected(bound, counterparty, verifier)))
                .chain(granted -> own(bound.attempt(), counterparty, granted.tokens(), returned.parameters())
                        .chain(first -> withCompanions(first, bound.attempt(), companion, granted, returned)));
    }

    /** The grant of the flow's own provider. */
    private Uni<NewGrant> own(
            Attempt attempt, Counterparty counterparty, TokenSet tokens, CallbackParameters parameters) {
        return introduced(counterparty, tokens, attempt.fields(), parameters)
                // None told means what was asked for (RFC 6749 §5.1).
                .map(introduction -> grant(
                        attempt,
                        introduction,
                        tokens,
                        tokens.scopes().orElse(attempt.scopes()),
                        attempt.reauthorizes()));
    }

    /** That grant, and the one that the same consent gave for another provider: which of them was meant is the first. */
    private Uni<List<NewGrant>> withCompanions(
            NewGrant first,
            Attempt attempt,
            Optional<Counterparty> companion,
            Outcome.Granted granted,
            Returned returned) {
        if (companion.isEmpty() || granted.besides().isEmpty()) {
            return Uni.createFrom().item(List.of(first));
        }
        TokenSet tokens = granted.besides().get();
        SequencedSet<String> scopes =
                tokens.scopes().orElseGet(() -> first.provider().scopes().inOthers(attempt.scopes()));
        Counterparty other = companion.get();
        return introduced(other, tokens, other.provider().given(attempt.fields()), returned.parameters())
                .map(introduction -> List.of(first, grant(attempt, introduction, tokens, scopes, Optional.empty())))
                // The code is spent: what was asked for is not given up for the other one.
                .onFailure(Problem.class)
                .recoverWithItem(List.of(first));
    }

    private Uni<Introduction> introduced(
            Counterparty counterparty, TokenSet tokens, ConnectionFields known, CallbackParameters parameters) {
        return introductions
                .introduce(counterparty, tokens, known, parameters.told(), IDENTITY_DEADLINE)
                .onFailure(EgressFailure.class)
                .invoke(failure -> LOG.warnf(
                        "connection refused cause=identity provider=%s reason=%s",
                        counterparty.provider().id(), failure.getMessage()))
                .onFailure(EgressFailure.class)
                .transform(failure -> refused("The provider did not tell whose account this is: try again."));
    }

    /**
     * The code of another flow, or of another client, is found out by the ID token that it brought. The tokens are not
     * revoked: at many providers that would end all that their user has granted to our client, for somebody's say-so.
     */
    private void requireOwnIdToken(TokenSet tokens, IdToken.Expected expected) {
        tokens.idToken()
                .flatMap(IdToken::read)
                .flatMap(idToken -> idToken.fault(expected, clock.instant()))
                .ifPresent(claim -> {
                    LOG.warnf("callback refused cause=id_token claim=%s client=%s", claim, expected.clientId());
                    throw refused("The provider's ID token is not for this sign-in: nothing was connected.");
                });
    }

    private static Outcome.Granted granted(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> granted;
            case Outcome.Misconfigured misconfigured ->
                throw refused("The provider does not accept this service as its client: the operator has to mend that.")
                        .action(Action.CONTACT_OPERATOR);
            case Outcome.Dead dead -> throw refused("The provider did not accept the sign-in: try again.");
            case Outcome.Suspect suspect -> throw refused("The provider refused the sign-in: try again.");
            case Outcome.Transient passing -> throw refused("The provider is not available just now: try again later.");
            case Outcome.Uncertain uncertain -> throw refused("The provider's answer could not be read: try again.");
        };
    }

    private static Problem refused(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }

    private static NewGrant grant(
            Attempt attempt,
            Introduction introduction,
            TokenSet tokens,
            SequencedSet<String> scopes,
            Optional<ConnectionId> reauthorizes) {
        Counterparty counterparty = introduction.counterparty();
        return new NewGrant(
                attempt.account(),
                attempt.user().orElseGet(() -> attempt.requester().id()),
                counterparty.provider(),
                counterparty.issuer(introduction.fields()),
                introduction.identity(),
                introduction.fields(),
                GrantType.AUTHORIZATION_CODE,
                scopes,
                tokens,
                counterparty.client(),
                false,
                Optional.empty(),
                attempt.agent().map(Set::of).orElse(Set.of()),
                reauthorizes);
    }
}
