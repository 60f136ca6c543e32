package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.oauth.Outcome.Reason;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.ProviderIdentity;
import java.time.Instant;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * One user's grant at one provider, without its tokens.
 *
 * @param issuer the provider's issuer identifier, empty where it has none
 * @param identity who the user is at the provider
 * @param fields what is particular to it at its provider
 * @param agents the agents that may see it; empty when all of the account may
 */
public record Connection(
        ConnectionId id,
        AccountId account,
        String createdBy,
        String provider,
        String issuer,
        ProviderIdentity identity,
        ConnectionFields fields,
        GrantType grant,
        SequencedSet<String> scopes,
        State state,
        Set<AgentId> agents,
        Instant createdAt) {

    /** The same connection after a refresh that granted these scopes; none told means the same as before. */
    Connection renewed(Optional<SequencedSet<String>> granted) {
        return new Connection(
                id,
                account,
                createdBy,
                provider,
                issuer,
                identity,
                fields,
                grant,
                granted.orElse(scopes),
                new State.Active(),
                agents,
                createdAt);
    }

    /** Whether the grant can still be used, as far as is known. */
    public sealed interface State {

        record Active() implements State {}

        /** The grant is dead; only the user can revive it, by reauthorization. */
        record Failed(Reason reason, Instant at) implements State {}
    }

    /** How the tokens were got. */
    public enum GrantType {
        AUTHORIZATION_CODE("authorization_code"),
        CLIENT_CREDENTIALS("client_credentials");

        private final String wireName;

        GrantType(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        static GrantType of(String wireName) {
            return CLIENT_CREDENTIALS.wireName.equals(wireName) ? CLIENT_CREDENTIALS : AUTHORIZATION_CODE;
        }
    }
}
