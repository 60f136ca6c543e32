package io.grantkeeper.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.caller.AccountId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The providers of accounts' own clients, remembered for a few seconds: what can be connected is asked for often. While the
 * database is away what was known before does.
 */
@ApplicationScoped
class HeldProviders implements ProvidersOfAccount {

    private static final Duration GOOD_FOR = Duration.ofSeconds(5);
    private static final Duration BETTER_THAN_NOTHING = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int MOST = 10_000;

    private final ProvidersOfAccount stored;
    private final LongSupplier nanoTime;
    private final Cache<AccountId, Held> remembered = Caffeine.newBuilder()
            .expireAfterWrite(BETTER_THAN_NOTHING)
            .maximumSize(MOST)
            .build();

    @Inject
    HeldProviders(StoredClients stored) {
        this(stored::providersOf, System::nanoTime);
    }

    HeldProviders(ProvidersOfAccount stored, LongSupplier nanoTime) {
        this.stored = stored;
        this.nanoTime = nanoTime;
    }

    private record Held(Set<String> providers, long at) {}

    @Override
    public Uni<Set<String>> providersOf(AccountId account) {
        Held held = remembered.getIfPresent(account);
        return held != null && isFresh(held) ? Uni.createFrom().item(held.providers()) : read(account, held);
    }

    /** Something of it has changed here. */
    void forget(AccountId account) {
        remembered.invalidate(account);
    }

    private Uni<Set<String>> read(AccountId account, @Nullable Held before) {
        Uni<Set<String>> now = stored.providersOf(account)
                .ifNoItem()
                .after(PATIENCE)
                .failWith(() -> new TimeoutException("no answer by the database"))
                .invoke(found -> remembered.put(account, new Held(found, nanoTime.getAsLong())));
        return before == null ? now : now.onFailure().recoverWithItem(before::providers);
    }

    private boolean isFresh(Held held) {
        return nanoTime.getAsLong() - held.at() < GOOD_FOR.toNanos();
    }
}
