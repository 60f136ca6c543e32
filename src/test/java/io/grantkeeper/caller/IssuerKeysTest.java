package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {

    private static final JsonWebKey FIRST = key("k1");
    private static final JsonWebKey SECOND = key("k2");

    private final SteppedClock clock = new SteppedClock();

    /** An issuer whose answers are given by hand. */
    private final List<Promise<JsonWebKeySet>> fetches = new ArrayList<>();

    private final IssuerKeys keys = new IssuerKeys("https://id.example", this::fetch, clock);

    @Test
    void keysAreFetchedOnceForAllWhoWait() {
        // Given
        CompletableFuture<JsonWebKeySet> one = ask("k1");
        CompletableFuture<JsonWebKeySet> other = ask("k1");
        // When
        answer(FIRST);
        // Then
        assertThat(one.join().getJsonWebKeys()).containsExactly(FIRST);
        assertThat(other.join().getJsonWebKeys()).containsExactly(FIRST);
        assertThat(ask("k1").join().getJsonWebKeys()).containsExactly(FIRST);
        assertThat(fetches).hasSize(1);
    }

    @Test
    void whoGivesUpWaitingCancelsNothing() {
        // Given
        CompletableFuture<JsonWebKeySet> impatient = ask("k1");
        CompletableFuture<JsonWebKeySet> patient = ask("k1");
        // When
        impatient.cancel(true);
        answer(FIRST);
        // Then
        assertThat(patient.join().getJsonWebKeys()).containsExactly(FIRST);
    }

    @Test
    void anUnknownKeyIsAskedForAtMostOnceInThirtySeconds() {
        // Given
        CompletableFuture<JsonWebKeySet> unused = ask("k1");
        answer(FIRST);
        // When
        for (int second = 0; second < 30; second++) {
            assertThat(ask("k2").join().getJsonWebKeys()).containsExactly(FIRST);
            clock.advance(Duration.ofSeconds(1));
        }
        CompletableFuture<JsonWebKeySet> later = ask("k2");
        answer(FIRST, SECOND);
        // Then
        assertThat(later.join().getJsonWebKeys()).containsExactly(FIRST, SECOND);
        assertThat(fetches).hasSize(2);
    }

    @Test
    void keysAreUsedForAnHourWhileTheIssuerIsAway() {
        // Given
        CompletableFuture<JsonWebKeySet> unused = ask("k1");
        answer(FIRST);
        // When
        clock.advance(Duration.ofMinutes(59));
        CompletableFuture<JsonWebKeySet> stale = ask("k1");
        fail();
        // Then
        assertThat(stale.join().getJsonWebKeys()).containsExactly(FIRST);
        assertThat(ask("k1").join().getJsonWebKeys()).containsExactly(FIRST);
        assertThat(fetches).hasSize(2);
        // And when
        clock.advance(Duration.ofMinutes(1));
        CompletableFuture<JsonWebKeySet> tooOld = ask("k1");
        fail();
        // Then
        assertUnavailable(tooOld);
    }

    @Test
    void A1_withoutKeysNobodyIsLetInAndTheIssuerIsNotFlooded() {
        // Given
        CompletableFuture<JsonWebKeySet> first = ask("k1");
        fail();
        // Then
        assertUnavailable(first);
        assertUnavailable(ask("k1"));
        assertThat(fetches).hasSize(1);
        // And when
        clock.advance(Duration.ofSeconds(5));
        CompletableFuture<JsonWebKeySet> later = ask("k1");
        answer(FIRST);
        // Then
        assertThat(later.join().getJsonWebKeys()).containsExactly(FIRST);
    }

    private CompletableFuture<JsonWebKeySet> ask(String kid) {
        return keys.forKey(kid).subscribeAsCompletionStage();
    }

    private Future<JsonWebKeySet> fetch() {
        fetches.add(Promise.promise());
        return fetches.getLast().future();
    }

    private void answer(JsonWebKey... published) {
        fetches.getLast().complete(new JsonWebKeySet(published));
    }

    private void fail() {
        fetches.getLast().fail("away");
    }

    private static void assertUnavailable(CompletableFuture<JsonWebKeySet> asked) {
        Problem refusal = assertRefused(UNAVAILABLE, () -> {
            try {
                asked.join();
            } catch (CompletionException wrapped) {
                throw wrapped.getCause();
            }
        });
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(5));
    }

    private static JsonWebKey key(String keyId) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(keyId);
            return key;
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
