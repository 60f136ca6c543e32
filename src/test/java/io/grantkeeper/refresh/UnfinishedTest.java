package io.grantkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.ConnectionId;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfinishedTest {

    private static final ConnectionId ID = new ConnectionId(new UUID(1, 2));
    private static final Refreshed WRITTEN = new Refreshed.Gone();
    private static final Refreshed MEANWHILE = Refreshed.Unavailable.forNow(Optional.empty());

    private final Unfinished unfinished = new Unfinished();
    private int writes;

    @Test
    void F16_whatTheDatabaseCannotTakeNowIsHeldAndWrittenLater() {
        // Given
        Queue<Throwable> failures = new ArrayDeque<>(List.of(new IOException("away"), refusal("57P03")));

        // When
        Refreshed answer = write(failures);

        // Then
        assertThat(answer).isEqualTo(MEANWHILE);
        assertThat(unfinished.meanwhile(ID)).contains(MEANWHILE);
        retry();
        assertThat(unfinished.count()).isEqualTo(1);
        retry();
        assertThat(unfinished.count()).isZero();
        assertThat(unfinished.givenUp()).isZero();
        assertThat(writes).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P02", "23514"})
    void whatTheDatabaseWillNeverTakeIsGivenUpAtOnce(String sqlState) {
        // When
        Refreshed answer = write(new ArrayDeque<>(List.of(refusal(sqlState))));

        // Then
        assertThat(answer).isEqualTo(MEANWHILE);
        assertThat(unfinished.count()).isZero();
        assertThat(unfinished.givenUp()).isEqualTo(1);
    }

    @Test
    void whatIsFoundOutWhileItIsHeldIsGivenUpThen() {
        // Given
        Refreshed answer = write(new ArrayDeque<>(List.of(new IOException("away"), refusal("22021"))));
        assertThat(answer).isEqualTo(MEANWHILE);

        // When
        retry();
        retry();

        // Then
        assertThat(unfinished.count()).isZero();
        assertThat(unfinished.meanwhile(ID)).isEmpty();
        assertThat(unfinished.givenUp()).isEqualTo(1);
        assertThat(writes).isEqualTo(2);
    }

    private Refreshed write(Queue<Throwable> failures) {
        return unfinished.write(ID, () -> next(failures), MEANWHILE).await().indefinitely();
    }

    private Uni<Refreshed> next(Queue<Throwable> failures) {
        writes++;
        return failures.isEmpty()
                ? Uni.createFrom().item(WRITTEN)
                : Uni.createFrom().failure(failures.remove());
    }

    private void retry() {
        unfinished.retry().await().indefinitely();
    }

    private static PgException refusal(String sqlState) {
        return new PgException("refused", "ERROR", sqlState, "what it was");
    }
}
