package io.grantkeeper.trail;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.trail.Notes.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NotesTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final Entry FETCHED = entry("crawler");
    private static final Entry OTHER = entry("other");

    private static final UUID ID = new UUID(1, 2);

    private final Notes notes = new Notes(2);

    @Test
    void theSameDoneAgainIsOneNoteWithItsFirstTime() {
        // Given
        assertThat(notes.add(FETCHED, NOW.plusSeconds(1))).isTrue();
        assertThat(notes.add(FETCHED, NOW)).isTrue();

        // When
        List<Note> taken = notes.take(10, () -> ID);

        // Then
        assertThat(taken).containsExactly(new Note(ID, FETCHED, new Noted(NOW, 2)));
        assertThat(notes.size()).isZero();
    }

    @Test
    void whatHasNoRoomIsSaidToBeLostAndTheRestCountsOn() {
        // Given
        assertThat(notes.add(FETCHED, NOW)).isTrue();
        assertThat(notes.add(OTHER, NOW)).isTrue();

        // Then
        assertThat(notes.add(entry("third"), NOW)).isFalse();
        assertThat(notes.add(FETCHED, NOW)).isTrue();
    }

    @Test
    void noneIsLostBetweenThoseWhoAddAndTheOneWhoTakes() {
        // Given
        Notes roomy = new Notes(1000);
        int adders = 8;
        int each = 5_000;
        List<Note> taken = new ArrayList<>();

        // When
        List<CompletableFuture<Void>> adding = IntStream.range(0, adders)
                .mapToObj(adder -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < each; i++) {
                        assertThat(roomy.add(FETCHED, NOW)).isTrue();
                    }
                }))
                .toList();
        while (adding.stream().anyMatch(adder -> !adder.isDone())) {
            taken.addAll(roomy.take(10, () -> ID));
        }
        adding.forEach(CompletableFuture::join);
        taken.addAll(roomy.take(10, () -> ID));

        // Then
        assertThat(taken.stream().mapToInt(note -> note.noted().times()).sum()).isEqualTo(adders * each);
    }

    private static Entry entry(String agent) {
        return Entry.of("org_acme", Actor.agent(agent), Event.TOKEN_FETCHED);
    }
}
