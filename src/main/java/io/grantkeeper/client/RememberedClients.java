package io.grantkeeper.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.secret.Sealer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Remembers the operator's clients that grants are given to, for the time when the settings name others.
 *
 * <p>What this replica wrote lately it does not write again. A row stays for longer than that after it was written, so
 * whatever is not written again is there.
 */
@ApplicationScoped
public class RememberedClients {

    private static final Duration WRITTEN_AGAIN = Duration.ofHours(1);

    private static final String REMEMBER = """
            insert into client (account_id, provider, client_id, sealed_secret, key_id) values ('', $1, $2, $3, $4)
            on conflict (account_id, provider, client_id) do update set
                sealed_secret = excluded.sealed_secret, key_id = excluded.key_id, used_at = clock_timestamp()
            """;

    private final Providers providers;
    private final ClientRegistrations registrations;
    private final ClientSeals seals;
    private final Cache<Name, ClientRegistration> written =
            Caffeine.newBuilder().expireAfterWrite(WRITTEN_AGAIN).build();

    RememberedClients(Providers providers, ClientRegistrations registrations, ClientSeals seals) {
        this.providers = providers;
        this.registrations = registrations;
        this.seals = seals;
    }

    private record Name(String provider, String id) {}

    /** An operator's client, and where it is one. */
    public record Configured(Provider provider, ClientRegistration client) {}

    /** The operator's present clients that this replica has not written lately. */
    public List<Configured> unwritten() {
        return providers.all().stream()
                .flatMap(this::configured)
                .filter(each -> !isWritten(each.provider(), each.client()))
                .toList();
    }

    private Stream<Configured> configured(Provider provider) {
        return registrations.find(provider).map(client -> new Configured(provider, client)).stream();
    }

    /**
     * Remembers the client that a grant was given to, in the transaction that stores the grant. An account's own is stored
     * before anything is begun with it, and one that was looked up here is, too.
     */
    public Uni<Void> remember(SqlClient transaction, Provider provider, ClientRegistration client) {
        boolean operators = registrations.find(provider).equals(Optional.of(client));
        return operators && !isWritten(provider, client)
                ? write(transaction, provider, client)
                : Uni.createFrom().voidItem();
    }

    /** To be told once that transaction is through. */
    public void remembered(Provider provider, ClientRegistration client) {
        if (registrations.find(provider).equals(Optional.of(client)) && !isWritten(provider, client)) {
            written.put(name(provider, client), client);
        }
    }

    private Uni<Void> write(SqlClient transaction, Provider provider, ClientRegistration client) {
        byte[] sealed = seals.seal(StoredClient.OPERATORS, provider, client);
        return transaction
                .preparedQuery(REMEMBER)
                .execute(Tuple.tuple()
                        .addString(provider.id())
                        .addString(client.id())
                        .addValue(sealed == null ? null : Buffer.buffer(sealed))
                        .addString(sealed == null ? null : Sealer.keyIdOf(sealed)))
                .replaceWithVoid();
    }

    /** With this very secret: one that was rotated since is written anew. */
    private boolean isWritten(Provider provider, ClientRegistration client) {
        return client.equals(written.getIfPresent(name(provider, client)));
    }

    private static Name name(Provider provider, ClientRegistration client) {
        return new Name(provider.id(), client.id());
    }
}
