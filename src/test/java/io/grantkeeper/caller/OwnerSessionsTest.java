package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerSessionsTest {

    private final SteppedClock clock = new SteppedClock();

    @TempDir
    Path home;

    private OwnerSessions sessions;
    private Secret session;

    @BeforeEach
    void begin() {
        sessions = sessions();
        session = sessions.begin(clock.instant());
    }

    @Test
    void aSessionOutlivesARestart() {
        assertThat(sessions().isRunning(session, clock.instant())).isTrue();
    }

    @Test
    void aSessionEndsAfterTwelveHours() {
        clock.advance(Duration.ofHours(12).minusSeconds(1));
        assertThat(sessions.isRunning(session, clock.instant())).isTrue();

        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.isRunning(session, clock.instant())).isFalse();
    }

    @Test
    void aSessionOfAnotherOwnerIsNone() throws IOException {
        Files.delete(home.resolve("owner.key"));
        OwnerSessions others = new OwnerSessions(OwnerKey.readOrCreate(home, OwnerSessionsTest::otherBytes));

        assertThat(others.isRunning(session, clock.instant())).isFalse();
    }

    @Test
    void aSessionCannotBeProlonged() {
        String end = session.reveal().substring(0, session.reveal().indexOf('.'));
        String longer = session.reveal().replace(end, Long.toString(Long.parseLong(end) + 1));

        assertThat(sessions.isRunning(Secret.of(longer), clock.instant())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1777680000", "1777680000.", "x.y", "9999999999999999999999.AAAA"})
    void whatIsNoSessionIsNone(String value) {
        assertThat(sessions.isRunning(Secret.of(value), clock.instant())).isFalse();
    }

    private static byte[] otherBytes(int count) {
        return "other".repeat(count).substring(0, count).getBytes(US_ASCII);
    }

    private OwnerSessions sessions() {
        return new OwnerSessions(OwnerKey.readOrCreate(home, byte[]::new));
    }
}
