package io.grantkeeper.authorization;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.trail.Actor;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;

/**
 * Our stored half of a running authorization flow.
 *
 * @param requester who asked for it
 * @param fields what is particular to the connection at its provider, as far as somebody gave it
 * @param user whose consent it is to become; empty while an agent's link waits for one
 */
record Attempt(
        UUID id,
        AccountId account,
        Requester requester,
        Optional<String> user,
        Optional<AgentId> agent,
        String provider,
        ConnectionFields fields,
        SequencedSet<String> scopes,
        Optional<ConnectionId> reauthorizes,
        Optional<URI> returnTo) {

    /** Which of a browser's cookies binds this flow: several may run in one browser. */
    String cookieSuffix() {
        String text = id.toString();
        return text.substring(text.length() - 12);
    }

    /**
     * The same flow once a user has agreed to it.
     *
     * @param everyone whether all agents of the account are to have the connection, and not only the one that asked
     */
    Attempt confirmedBy(Optional<String> subject, boolean everyone) {
        Optional<AgentId> only = everyone ? Optional.empty() : agent;
        return new Attempt(id, account, requester, subject, only, provider, fields, scopes, reauthorizes, returnTo);
    }

    /** The same flow with what the user has said about the connection besides. */
    Attempt with(ConnectionFields more) {
        return new Attempt(
                id, account, requester, user, agent, provider, fields.and(more), scopes, reauthorizes, returnTo);
    }

    /** Where a flow is. */
    enum Status {
        /** A ticket was given out for it; no browser has opened it yet. */
        OFFERED,
        /** A browser was sent to the provider. */
        STARTED,
        /** The browser came back; its state is used up. */
        EXCHANGING,
        CONNECTED,
        /** The user or the provider said no. */
        DENIED,
        /** It came to nothing for another reason. */
        FAILED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }

    /** Who asked for a flow: a user by subject, an agent by id. */
    record Requester(Kind kind, String id) {

        enum Kind {
            USER,
            AGENT
        }

        Actor actor() {
            return switch (kind) {
                case USER -> Actor.user(id);
                case AGENT -> Actor.agent(id);
            };
        }

        static Requester user(String subject) {
            return new Requester(Kind.USER, subject);
        }

        static Requester agent(AgentId id) {
            return new Requester(Kind.AGENT, id.value());
        }
    }

    /**
     * A flow that a browser is on its way with, and what only its callback may use.
     *
     * @param challenged whether its request had a code challenge (RFC 7636), so that the exchange must have the verifier
     * @param nonced whether it had a nonce, so that the ID token must have it
     */
    record Bound(
            Attempt attempt,
            byte[] browserHash,
            byte[] sealedVerifier,
            String clientId,
            URI redirectUri,
            boolean challenged,
            boolean nonced) {}

    static Attempt of(UUID id, Wanted wanted, Requester requester, Optional<String> user) {
        return new Attempt(
                id,
                wanted.account(),
                requester,
                user,
                wanted.agent(),
                wanted.provider().id(),
                wanted.fields(),
                wanted.scopes(),
                wanted.reauthorizes(),
                wanted.returnTo());
    }
}
