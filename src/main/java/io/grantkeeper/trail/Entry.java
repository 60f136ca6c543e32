package io.grantkeeper.trail;

import java.util.Optional;
import java.util.UUID;

/**
 * Something that was done on an account. Two that say the same are the same, done twice.
 *
 * @param account whose trail it is in
 * @param agent the agent that it was done to
 * @param code why something ended or was refused
 * @param fingerprint of the token, which without the key ring tells nothing of it; hexadecimal
 */
public record Entry(
        String account,
        Actor actor,
        Event event,
        Optional<UUID> connection,
        Optional<String> provider,
        Optional<String> agent,
        Optional<String> code,
        Optional<String> fingerprint) {

    public static Entry of(String account, Actor actor, Event event) {
        return new Entry(
                account,
                actor,
                event,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public Entry connection(UUID id) {
        return new Entry(account, actor, event, Optional.of(id), provider, agent, code, fingerprint);
    }

    public Entry withoutConnection() {
        return new Entry(account, actor, event, Optional.empty(), provider, agent, code, fingerprint);
    }

    public Entry provider(String id) {
        return new Entry(account, actor, event, connection, Optional.of(id), agent, code, fingerprint);
    }

    public Entry agent(String id) {
        return new Entry(account, actor, event, connection, provider, Optional.of(id), code, fingerprint);
    }

    public Entry code(String why) {
        return new Entry(account, actor, event, connection, provider, agent, Optional.of(why), fingerprint);
    }

    public Entry fingerprint(String hexadecimal) {
        return new Entry(account, actor, event, connection, provider, agent, code, Optional.of(hexadecimal));
    }
}
