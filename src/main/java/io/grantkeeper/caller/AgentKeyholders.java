package io.grantkeeper.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.flight.SingleFlight;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The keys of registered agents, remembered for a moment so that an agent at work costs no query.
 *
 * <p>An agent that was removed, or whose secret was rotated, is known here at once and on every other replica within
 * five seconds.
 */
@Singleton
final class AgentKeyholders implements Keyholders {

    private static final Duration REMEMBERED = Duration.ofSeconds(4);

    /** The calls that it stands before are to be answered in time, whatever the database does. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final int MOST = 10_000;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final AgentRows rows;
    private final AgentSecrets secrets;
    private final LocalOwnership owner;
    private final SingleFlight<String, Optional<Keyholder>> loads = new SingleFlight<>();
    private final Cache<String, Optional<Keyholder>> remembered =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST).build();

    AgentKeyholders(AgentRows rows, AgentSecrets secrets, LocalOwnership owner) {
        this.rows = rows;
        this.secrets = secrets;
        this.owner = owner;
    }

    @Override
    public Uni<Optional<Keyholder>> find(String keyId) {
        Optional<Keyholder> held = remembered.getIfPresent(keyId);
        if (held != null) {
            return Uni.createFrom().item(held);
        }
        Optional<Keyholder> known = owner.keyholder(keyId);
        if (known.isPresent() || !ID.matcher(keyId).matches()) {
            return Uni.createFrom().item(known);
        }
        // Those who come at once share one query: a herd is not to wait for as many as it has heads.
        return loads.join(keyId, () -> load(keyId));
    }

    void forget(AgentId id) {
        remembered.invalidate(id.value());
    }

    private Uni<Optional<Keyholder>> load(String keyId) {
        return Panache.withSession(() -> rows.findById(keyId))
                .ifNoItem()
                .after(PATIENCE)
                .failWith(() -> new TimeoutException("no answer by the database"))
                .map(row -> Optional.ofNullable(row).map(secrets::keyholder))
                .invoke(found -> remembered.put(keyId, found));
    }
}
