package io.grantkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.caller.AccountId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeldProvidersTest {

    private static final AccountId ACCOUNT = new AccountId("acme");

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final HeldProviders held = new HeldProviders(account -> read(), nanos::get);
    private Set<String> stored = Set.of("github");
    private boolean away;

    @Test
    void oneReadServesManyRequests() {
        // When
        Set<String> first = ask();
        Set<String> second = ask();

        // Then
        assertThat(first).containsExactly("github").isEqualTo(second);
        assertThat(reads).hasValue(1);
    }

    @Test
    void whatAnotherReplicaChangedIsThereAfterAFewSeconds() {
        // Given
        assertThat(ask()).containsExactly("github");
        stored = Set.of();

        // When
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        // Then
        assertThat(ask()).isEmpty();
    }

    @Test
    void whatThisReplicaChangedIsThereAtOnce() {
        // Given
        assertThat(ask()).containsExactly("github");
        stored = Set.of("spotify");

        // When
        held.forget(ACCOUNT);

        // Then
        assertThat(ask()).containsExactly("spotify");
    }

    @Test
    void whileTheDatabaseIsAwayWhatWasKnownBeforeDoes() {
        // Given
        assertThat(ask()).containsExactly("github");
        away = true;

        // When
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        // Then
        assertThat(ask()).containsExactly("github");
    }

    @Test
    void nothingIsMadeUpOfAnAccountThatNobodyKnew() {
        // Given
        away = true;

        // Then
        assertThatThrownBy(this::ask).isInstanceOf(IllegalStateException.class);
    }

    private Set<String> ask() {
        return held.providersOf(ACCOUNT).await().indefinitely();
    }

    private Uni<Set<String>> read() {
        reads.incrementAndGet();
        return away
                ? Uni.createFrom().failure(new IllegalStateException("away"))
                : Uni.createFrom().item(stored);
    }
}
